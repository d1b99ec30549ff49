// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * HTTP, with libmicrohttpd.  It has one thread, which reads the statistics between two
 * requests, so there is nothing to lock, and waits for clients all at once, so a slow one
 * holds up nobody.
 */
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "exporter.h"

#define CONNECTIONS	64U
#define TIMEOUT		15U	/* seconds that a connection may be silent */

struct exporter_server {
	struct MHD_Daemon *daemon;
	struct zs_metrics *metrics;
};

/* ---- addresses --------------------------------------------------------- */

/* "[::1]:80", "127.0.0.1:80", ":80". Return: false if it is nothing like that. */
static bool split(const char *address, char *host, size_t size, const char **port)
{
	const char *colon = strrchr(address, ':'), *end = colon;

	if (!colon || !colon[1] || colon[1 + strspn(colon + 1, "0123456789")] ||
	    strlen(colon + 1) > 5 || atoi(colon + 1) > 65535)
		return false;
	*port = colon + 1;
	if (*address == '[') {
		if (end[-1] != ']')
			return false;
		address++;
		end--;
	} else if (memchr(address, ':', (size_t)(end - address))) {
		return false;
	}
	if ((size_t)(end - address) >= size)
		return false;
	*(char *)mempcpy(host, address, (size_t)(end - address)) = '\0';
	return true;
}

static int listen_at(const struct addrinfo *at)
{
	int fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const int yes = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (!bind(fd, at->ai_addr, at->ai_addrlen) && !listen(fd, SOMAXCONN))
		return fd;
	close(fd);
	return -1;
}

/* "listening on http://127.0.0.1:19877/metrics": with the port that there is. */
static void tell_address(int fd)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);
	char host[NI_MAXHOST], port[NI_MAXSERV];
	bool six;

	if (getsockname(fd, (struct sockaddr *)&address, &length) ||
	    getnameinfo((struct sockaddr *)&address, length, host, sizeof(host), port,
			sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV))
		return;
	six = address.ss_family == AF_INET6;
	fprintf(stderr, "zswap-exporter: listening on http://%s%s%s:%s/metrics\n",
		six ? "[" : "", host, six ? "]" : "", port);
}

int exporter_listen(const char *address, struct zs_error *error)
{
	struct addrinfo hints = {
		.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM,
	};
	struct addrinfo *list = NULL;
	char host[NI_MAXHOST];
	const char *port;
	int fd = -1;

	if (!split(address, host, sizeof(host), &port) ||
	    getaddrinfo(*host ? host : "::", port, &hints, &list)) {
		zs_fail(error, ZS_ERR_ARGUMENT,
			"--listen takes an address in numbers and a port, as " EXPORTER_LISTEN
			" or [::1]:" EXPORTER_PORT ", not '%s'", address);
		return -1;
	}
	fd = listen_at(list);
	freeaddrinfo(list);
	/* All addresses of a machine without IPv6. */
	if (fd < 0 && errno == EAFNOSUPPORT && !*host &&
	    !getaddrinfo("0.0.0.0", port, &hints, &list)) {
		fd = listen_at(list);
		freeaddrinfo(list);
	}
	if (fd < 0)
		zs_fail(error, ZS_ERR_SYSTEM, "listening on %s: %s", address, strerror(errno));
	return fd;
}

/* ---- requests ---------------------------------------------------------- */

static const char landing[] =
	"<!DOCTYPE html>\n<html lang=\"en\"><head><title>zswap-exporter</title></head>\n"
	"<body><h1>zswap-exporter " ZSWAPSCOPE_VERSION "</h1>\n"
	"<p><a href=\"/metrics\">Metrics</a></p></body></html>\n";

/* @memory: is the response's from here on if it is to be freed. */
static enum MHD_Result reply(struct MHD_Connection *connection, unsigned int status,
			     const char *type, const char *text, size_t length,
			     enum MHD_ResponseMemoryMode memory)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(length, (void *)text, memory);
	enum MHD_Result result;

	if (!response) {
		if (memory == MHD_RESPMEM_MUST_FREE)
			free((void *)text);
		return MHD_NO;
	}
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	else
		MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, "Accept");
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result reply_line(struct MHD_Connection *connection, unsigned int status,
				  const char *line)
{
	return reply(connection, status, "text/plain; charset=utf-8", line, strlen(line),
		     MHD_RESPMEM_MUST_COPY);
}

static enum MHD_Result reply_metrics(struct MHD_Connection *connection,
				     struct zs_metrics *metrics)
{
	const char *accept = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
							 MHD_HTTP_HEADER_ACCEPT);
	enum zs_dialect dialect = zs_dialect_accepted(accept);
	struct zs_error error;
	size_t length;
	char *text = zs_metrics_text(metrics, dialect, &length, &error);

	if (text)
		return reply(connection, MHD_HTTP_OK, zs_dialect_type(dialect), text, length,
			     MHD_RESPMEM_MUST_FREE);
	fprintf(stderr, "zswap-exporter: %s\n", error.text);
	return reply_line(connection, MHD_HTTP_INTERNAL_SERVER_ERROR,
			  "the statistics cannot be read\n");
}

static enum MHD_Result answer(void *context, struct MHD_Connection *connection,
			      const char *url, const char *method, const char *version,
			      const char *upload, size_t *upload_size, void **request)
{
	struct exporter_server *server = context;

	(void)version;
	(void)upload;
	if (strcmp(method, MHD_HTTP_METHOD_GET) && strcmp(method, MHD_HTTP_METHOD_HEAD))
		return reply_line(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "GET or HEAD\n");
	/* Comes first with the headers alone: who is answered then has to connect again. */
	if (!*request || *upload_size) {
		*request = server;
		*upload_size = 0;
		return MHD_YES;
	}
	if (!strcmp(url, "/metrics"))
		return reply_metrics(connection, server->metrics);
	if (!strcmp(url, "/"))
		return reply(connection, MHD_HTTP_OK, "text/html; charset=utf-8", landing,
			     strlen(landing), MHD_RESPMEM_PERSISTENT);
	return reply_line(connection, MHD_HTTP_NOT_FOUND, "/metrics is here, and nothing else\n");
}

struct exporter_server *exporter_serve(int socket, struct zs_metrics *metrics,
				       struct zs_error *error)
{
	struct exporter_server *server = calloc(1, sizeof(*server));

	if (server) {
		server->metrics = metrics;
		server->daemon = MHD_start_daemon(
			MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, answer,
			server, MHD_OPTION_LISTEN_SOCKET, socket,
			MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS,
			MHD_OPTION_CONNECTION_TIMEOUT, TIMEOUT, MHD_OPTION_END);
	}
	if (server && server->daemon) {
		tell_address(socket);
		return server;
	}
	zs_fail(error, ZS_ERR_SYSTEM, "starting the server: %s", strerror(errno));
	close(socket);
	free(server);
	return NULL;
}

void exporter_stop(struct exporter_server *server)
{
	if (!server)
		return;
	MHD_stop_daemon(server->daemon);
	free(server);
}
