// SPDX-License-Identifier: GPL-2.0-or-later
/* zswap-exporter - serve what zswap does to Prometheus */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "completion.h"
#include "exporter.h"

#define CGROUPS_MOST	500

enum { KEY_LISTEN = 0x200, KEY_USER, KEY_CGROUPS, KEY_TEXTFILE };

/**
 * struct options - the command line
 * @common: what all tools have
 * @listen: --listen
 * @user: --user; NULL without
 * @textfile: --textfile; NULL without
 * @delay: seconds between two files; 0: one is all
 * @cgroups: --cgroups
 */
struct options {
	struct zs_common common;
	const char *listen;
	const char *user;
	const char *textfile;
	double delay;
	uint64_t cgroups;
};

static const struct argp_option exporter_options[] = {
	{ "listen", KEY_LISTEN, "ADDRESS:PORT", 0,
	  "Where to serve /metrics (" EXPORTER_LISTEN "); [::1]:PORT, or :PORT for all", 1 },
	{ "cgroups", KEY_CGROUPS, "N", 0,
	  "So many cgroups have a label of their own (20), the others are summed up", 1 },
	{ "user", KEY_USER, "NAME", 0,
	  "Who to be after attaching, if started as root (" EXPORTER_USER
	  "; with --textfile, the owner of its folder)", 1 },
	{ "textfile", KEY_TEXTFILE, "FILE", 0,
	  "Serve nothing, but write this file, for node_exporter's textfile collector", 1 },
	{ "delay", 'd', "SECS", 0, "With --textfile: again each SECS", 1 },
	{ 0 },
};

static void check(const struct options *options, const struct argp_state *state)
{
	if (options->common.json)
		zs_usage_error(state, "--json is not for Prometheus: zswaptop has it");
	if (options->textfile && options->listen)
		zs_usage_error(state, "--textfile serves nothing: leave out --listen");
	if (options->delay && !options->textfile)
		zs_usage_error(state, "-d goes with --textfile: how often is served is Prometheus' choice");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		zs_options_init(state, &options->common);
		return 0;
	case KEY_LISTEN:
		options->listen = arg;
		return 0;
	case KEY_USER:
		options->user = arg;
		return 0;
	case KEY_TEXTFILE:
		zs_option_name(state, "--textfile", "a file", arg, &options->textfile);
		return 0;
	case KEY_CGROUPS:
		if (strcmp(arg, "0") && (!zs_parse_count(arg, &options->cgroups) ||
					 options->cgroups > CGROUPS_MOST))
			zs_usage_error(state, "--cgroups takes a number from 0 to %d, not '%s'",
				       CGROUPS_MOST, arg);
		if (!strcmp(arg, "0"))
			options->cgroups = 0;
		return 0;
	case 'd':
		zs_option_seconds(state, "-d", arg, &options->delay);
		return 0;
	case ARGP_KEY_END:
		check(options, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = exporter_options,
	.parser = parse,
	.children = zs_common_children,
	.doc = "Serve what zswap does to Prometheus, or write it to a file for node_exporter."
	       "\vExit status: 0, 1 after a failure, 2 for a wrong command line.",
};

/* What systemd waits for with Type=notify; nobody listens elsewhere. */
static void notify(const char *state)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");
	int fd;

	if (!path || strlen(path) >= sizeof(to.sun_path))
		return;
	strcpy(to.sun_path, path);
	if (*path == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	sendto(fd, state, strlen(state), 0, (struct sockaddr *)&to,
	       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path)));
	close(fd);
}

/* Until somebody wants an end. */
static bool wait_for_end(struct zs_clock *clock, struct zs_error *error)
{
	int wake;

	notify("READY=1");
	do
		wake = zs_clock_wait(clock, error);
	while (wake >= 0 && !(wake & ZS_WAKE_END));
	notify("STOPPING=1");
	return wake >= 0;
}

static bool serve(int socket, struct zs_metrics *metrics, struct zs_clock *clock,
		  struct zs_error *error)
{
	struct exporter_server *server = exporter_serve(socket, metrics, error);
	bool ok = server && wait_for_end(clock, error);

	exporter_stop(server);
	return ok;
}

static bool write_files(const struct options *options, struct zs_metrics *metrics,
			struct zs_clock *clock, struct zs_error *error)
{
	int wake = 0;

	if (!exporter_write(options->textfile, metrics, error))
		return false;
	if (!options->delay)
		return true;
	if (!zs_clock_interval(clock, options->delay, error))
		return false;
	notify("READY=1");
	while (wake >= 0 && !(wake & ZS_WAKE_END)) {
		if ((wake & ZS_WAKE_TICK) && !exporter_write(options->textfile, metrics, error))
			return false;
		wake = zs_clock_wait(clock, error);
	}
	notify("STOPPING=1");
	return wake >= 0;
}

/* From here on, without any rights; @socket: -1 for files. */
static bool run(const struct options *options, struct zs_source *source, int socket,
		struct zs_clock *clock, struct zs_error *error)
{
	struct zs_metrics_options what = {
		.cgroups = options->cgroups, .root = options->common.source.root,
	};
	struct zs_metrics *metrics = zs_metrics_open(source, &what, error);
	bool ok = false;

	zs_common_tell(source, "");
	if (metrics)
		ok = socket < 0 ? write_files(options, metrics, clock, error) :
		     serve(socket, metrics, clock, error);
	zs_metrics_close(metrics);
	return ok;
}

/* What takes rights once, and none when it is read again. */
static void read_ahead(struct zs_source *source, const char *root)
{
	struct zs_devices devices;

	zs_pool_keep_debugfs(root);
	/* The programs keep the address of the kernel's table. */
	if (zs_devices_read(&devices, source, root, NULL))
		zs_devices_free(&devices);
}

static bool attach_and_run(const struct options *options, struct zs_clock *clock,
			   struct zs_error *error)
{
	struct zs_common common = options->common;
	struct exporter_user user;
	struct zs_source *source;
	int socket = -1;
	bool ok;

	if (!exporter_find_user(&user, options->user, options->textfile, error))
		return false;
	if (!options->textfile) {
		socket = exporter_listen(options->listen ?: EXPORTER_LISTEN, error);
		if (socket < 0)
			return false;
	}
	source = zs_common_open(&common, error);
	if (!source)
		return false;
	read_ahead(source, common.source.root);
	ok = exporter_drop_rights(&user, error) && run(options, source, socket, clock, error);
	zs_source_close(source);
	return ok;
}

static bool exporter_main(const struct options *options, struct zs_error *error)
{
	struct zs_clock clock;
	bool ok;

	if (!zs_clock_start(&clock, -1, error))
		return false;
	/* A service is not over when nobody reads what it says. */
	clock.output = -1;
	ok = attach_and_run(options, &clock, error);
	zs_clock_stop(&clock);
	return ok;
}

int main(int argc, char **argv)
{
	struct options options = {
		.common.source.cgroups_only = true, .cgroups = ZS_METRICS_CGROUPS,
	};
	const struct zs_completion completion = { "zswap-exporter", &argp, NULL, NULL };
	struct zs_error error = { ZS_OK, "" };

	zs_output_begin();
	if (zs_completion_asked(argc, argv))
		return zs_completion_main(&completion, argv);
	zs_options_parse(&argp, argc, argv, "zswap-exporter " ZSWAPSCOPE_VERSION, &options);
	if (exporter_main(&options, &error))
		return ZS_EXIT_OK;
	return zs_exit_failure(&error);
}
