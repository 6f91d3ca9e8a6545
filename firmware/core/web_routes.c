/* The routes of the web server: one row each. */
#include "firmware/core/web_private.h"

/* clang-format off */
const struct web_route web_routes[] = {
    /* path, argument, who may, is its body a file, handler, help */
    {"/", "o", WEB_CHANGE, false, web_run_toggle, "toggle output N, then as ?m=1"},
    {"/", "m", WEB_READ, false, web_run_state, "the outputs' state for a page"},
    {"/", "rst", WEB_CHANGE, false, web_run_restart, "restart"},
    {"/", NULL, WEB_OPEN, false, web_run_page, "the page"},
    {"/cm", NULL, WEB_COMMAND, false, web_run_command, "cmnd=: run a command, its results as JSON"},
    {"/cs", "c1", WEB_COMMAND, false, web_run_console, "c1=: run a command, then as c2"},
    {"/cs", "c2", WEB_READ, false, web_run_console, "c2=: log lines since this place"},
    {"/me", NULL, WEB_OPEN, false, web_run_me, "who this is, and whether you may; on the set-up network the password"},
    {"/dl", NULL, WEB_READ, false, web_run_backup, "settings as JSON, without passwords"},
    {"/u1", "o", WEB_CHANGE, false, web_run_upgrade, "o=: update from this address"},
    {"/u2", "", WEB_CHANGE, true, web_run_page, "POST: an update or a backup"},
    {"/rs", "", WEB_CHANGE, true, web_run_page, "POST: a backup or an update"},
    /* Tasmota resets for a GET, too: also for who only looks what is there. */
    {"/rt", "", WEB_CHANGE, false, web_run_reset, "POST: settings back to their defaults"},
    {"/wi", "save", WEB_CHANGE, false, web_run_form, "Wi-Fi"},
    {"/mq", "save", WEB_CHANGE, false, web_run_form, "MQTT"},
    {"/lg", "save", WEB_CHANGE, false, web_run_form, "logging"},
    {"/co", "save", WEB_CHANGE, false, web_run_form, "other settings"},
    {"/md", "save", WEB_CHANGE, false, web_run_form, "module and pins"},
    {"/tp", "save", WEB_CHANGE, false, web_run_template, "template"},
    {"/tp", "t", WEB_READ, false, web_run_board, "t=: name, pins, flag, base of board t (from 0; 255: the template)"},
    {"/cn", NULL, WEB_OPEN, false, web_run_page, "the page"},
    {"/cs", NULL, WEB_OPEN, false, web_run_page, "the page"},
    {"/in", NULL, WEB_OPEN, false, web_run_page, "the page"},
    {"/mn", NULL, WEB_OPEN, false, web_run_page, "the page"},
    {"/up", NULL, WEB_OPEN, false, web_run_page, "the page"},
    {"/u1", NULL, WEB_OPEN, false, web_run_page, "the page"},
    {"/u2", NULL, WEB_OPEN, false, web_run_page, "the page"},
    {"/rs", NULL, WEB_OPEN, false, web_run_page, "the page"},
    {"/rt", NULL, WEB_OPEN, false, web_run_page, "the page"},
    {"/u3", NULL, WEB_OPEN, false, web_run_page, "the page"},
    {"/wi", NULL, WEB_OPEN, false, web_run_page, "the page"},
    {"/mq", NULL, WEB_OPEN, false, web_run_page, "the page"},
    {"/lg", NULL, WEB_OPEN, false, web_run_page, "the page"},
    {"/co", NULL, WEB_OPEN, false, web_run_page, "the page"},
    {"/md", NULL, WEB_OPEN, false, web_run_page, "the page"},
    {"/tp", NULL, WEB_OPEN, false, web_run_page, "the page"},
};
/* clang-format on */
const size_t web_route_count = sizeof(web_routes) / sizeof(web_routes[0]);

bool web_has_argument(const char *query, const char *name)
{
    while (*query) {
        size_t n = 0;
        while (name[n] && query[n] == name[n])
            n++;
        if (!name[n] && (query[n] == '=' || query[n] == '&' || !query[n]))
            return true;
        while (*query && *query++ != '&')
            continue;
    }
    return false;
}

bool web_argument(const struct web_call *call, const char *name, char *out,
                  size_t room)
{
    const char *from =
        web_has_argument(call->form, name) ? call->form : call->query;
    return http_argument(from, text_length(from), name, out, room);
}

/* A POST's arguments are in a form that was not read yet; it means the first of
 * the rows, but for "/", which nobody posts forms to. */
static bool is_meant(const struct web_route *route,
                     const struct http_request *request)
{
    bool is_post = request->method == HTTP_POST;
    if (!route->argument)
        return true;
    if (route->takes_file)
        return is_post;
    return web_has_argument(request->query, route->argument) ||
           (is_post && route->path[1]);
}

const struct web_route *web_route_find(const struct http_request *request)
{
    for (size_t i = 0; i < web_route_count; i++) {
        const struct web_route *route = &web_routes[i];
        const char *a = route->path, *b = request->path;
        while (*a && *a == *b) {
            a++;
            b++;
        }
        if (*a == *b && is_meant(route, request))
            return route;
    }
    return NULL;
}
