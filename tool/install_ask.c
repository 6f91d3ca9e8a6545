/* pogo install before the first device: which board it is, where its pads are,
 * and the question whether mains is disconnected. */
#include <stdio.h>
#include <string.h>

#include "tool/boards.h"
#include "tool/install.h"
#include "tool/message.h"
#include "tool/os.h"
#include "tool/setup_ask.h"

#define TRIES 3u /* of a question */

static void say_lines(const char *text)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        message_talk("%.*s", (int)n, text);
        text += n + (text[n] == '\n');
    }
}

/* Which board, from who sits there; EXIT_DONE also when he does not know. A
 * name that is none three times is left to show_board. */
static int ask_board(struct setup_wish *wish)
{
    char name[SETUP_VALUE] = "";
    bool is_said = wish->has[SETUP_BOARD] || wish->has[SETUP_TEMPLATE] ||
                   wish->has[SETUP_MODULE];
    if (is_said || !os_is_terminal(0))
        return EXIT_DONE;
    for (size_t i = 0; i < known_board_count; i++)
        message_talk("  %-6s %s", known_boards[i].name, known_boards[i].title);
    for (unsigned i = 0;
         i < TRIES && (i == 0 || (name[0] && !known_board_find(name))); i++) {
        if (i > 0)
            message_talk("No board %.40s.", name);
        if (!os_ask("Which is it (Enter: none of these)? ", name, sizeof(name)))
            return EXIT_FAILED;
    }
    if (name[0])
        (void)setup_wish_keep(wish, SETUP_BOARD, name);
    return EXIT_DONE;
}

static int show_board(const struct setup_wish *wish)
{
    const char *name = wish->text[SETUP_BOARD];
    if (!wish->has[SETUP_BOARD])
        return EXIT_DONE;
    const struct known_board *b = known_board_find(name);
    if (!b)
        return message_fail_hint(ERR_UNKNOWN, "pogo boards lists them",
                                 "no board %.40s", name);
    message_talk("%s: %s, %s.", b->title, b->chip, b->button);
    say_lines(b->pads);
    if (b->picture)
        say_lines(b->picture);
    if (b->guide)
        message_talk("Step by step: %s", b->guide);
    return EXIT_DONE;
}

static int confirm(void)
{
    char answer[16];
    if (!os_is_terminal(0))
        return EXIT_DONE;
    if (os_ask("Is mains disconnected, and is it 3.3 V on VCC (yes)? ", answer,
               sizeof(answer)) &&
        (strcmp(answer, "yes") == 0 || strcmp(answer, "y") == 0))
        return EXIT_DONE;
    message_talk("Then nothing is done.");
    return EXIT_REFUSED;
}

int install_ask(struct install *in, struct setup_wish *wish)
{
    say_lines(known_board_warning);
    int code = setup_ask_line(in->value, wish);
    if (code == EXIT_DONE && !in->value[INSTALL_NO_SETUP])
        code = setup_ask_check(in->value, wish);
    if (code == EXIT_DONE)
        code = install_look(in);
    if (code == EXIT_DONE)
        install_begin(in, INSTALL_BOARD);
    if (code == EXIT_DONE)
        code = ask_board(wish);
    if (code == EXIT_DONE)
        code = show_board(wish);
    return code == EXIT_DONE ? confirm() : code;
}
