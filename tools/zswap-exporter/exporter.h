/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * zswap-exporter: main.c attaches, rights.c gives up all rights, then either server.c
 * answers requests or textfile.c writes a file.
 */
#ifndef EXPORTER_H
#define EXPORTER_H

#include "metrics.h"
#include "options.h"

/* Prometheus' own range of ports, 9100 to 9999, has been given away. */
#define EXPORTER_PORT	"19877"
#define EXPORTER_LISTEN	"127.0.0.1:" EXPORTER_PORT
#define EXPORTER_USER	"nobody"

/* ---- rights.c ---------------------------------------------------------- */

/**
 * struct exporter_user - who to be from now on
 * @name: as it was given or found; for messages
 * @uid: of the user
 * @gid: of its group
 */
struct exporter_user {
	char name[64];
	uid_t uid;
	gid_t gid;
};

/**
 * exporter_find_user - look up who to be
 * @user: the result
 * @name: of the user; NULL: the owner of @file's folder if there is a file, or else
 *	EXPORTER_USER; who is not root stays who he is
 * @file: to be written later, or NULL
 * @error: why not
 */
bool exporter_find_user(struct exporter_user *user, const char *name, const char *file,
			struct zs_error *error);

/* Be that user, without a capability and without a way to get one again. */
bool exporter_drop_rights(const struct exporter_user *user, struct zs_error *error);

/* ---- server.c ---------------------------------------------------------- */

/**
 * exporter_listen - take an address
 * @address: "127.0.0.1:19877", "[::1]:19877", ":19877" for all; port 0: any that is free
 * @error: why not
 *
 * Return: a socket, or -1.
 */
int exporter_listen(const char *address, struct zs_error *error);

struct exporter_server;

/**
 * exporter_serve - answer requests, one after the other, in a thread
 * @socket: of exporter_listen(); is closed in the end
 * @metrics: nobody else's for as long
 * @error: why not
 */
struct exporter_server *exporter_serve(int socket, struct zs_metrics *metrics,
				       struct zs_error *error);
void exporter_stop(struct exporter_server *server);

/* ---- textfile.c -------------------------------------------------------- */

/* Replace a file by the text: who reads it has all of the old one, or of the new one. */
bool exporter_write(const char *file, struct zs_metrics *metrics, struct zs_error *error);

#endif /* EXPORTER_H */
