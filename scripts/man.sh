#!/usr/bin/env bash
# pogo's man page and its completion for bash, out of what pogo says of itself:
# man.sh POGO FOLDER writes pogo.1 and pogo.bash there. `make man`.
set -euo pipefail
pogo=$1
out=$2

names() { "$pogo" --help | sed -n 's/^  pogo \([a-z-]*\) .*/\1/p'; }

# As it stands: a dot or a quote that begins a line is no request, - is a minus.
quote() { sed 's/\\/\\e/g; s/-/\\-/g; s/^\([.'\'']\)/\\\&\1/'; }

# Of its lines of options, what stands before the words that tell of them: those
# name other commands' options, too.
options() { # COMMAND
    "$pogo" "$1" --help | sed -n 's/^  \(-.*\)/\1/p' | sed 's/  .*//' |
        grep -oE '(^|[ ,])--?[a-zA-Z][a-z0-9-]*' | tr -d ' ,' | sort -u |
        tr '\n' ' '
}

page() {
    printf '.TH POGO 1 "" "%s"\n' "$("$pogo" version)"
    printf '.SH NAME\npogo \\- own firmware on an ESP8266 switch\n'
    printf '.SH SYNOPSIS\n.B pogo\nCOMMAND [options]\n'
    printf '.SH DESCRIPTION\nNever with mains connected; 3.3 V only.\n.PP\n.in 0\n.nf\n'
    "$pogo" --help | quote
    printf '.fi\n.in\n'
    for name in $(names); do
        printf '.SH POGO %s\n.in 0\n.nf\n' "${name^^}"
        "$pogo" "$name" --help | quote
        printf '.fi\n.in\n'
    done
    printf '.SH EXIT STATUS\n.in 0\n.nf\n0 done\n1 failed\n2 wrong command line\n'
    printf '3 no device, or it went away\n'
    printf '4 the flash does not hold what it should\n'
    printf '5 refused, nothing was changed\n.fi\n.in\n'
}

completion() {
    echo "# Completion of pogo's command line for bash: source this file."
    echo "_pogo() {"
    echo "    local word=\${COMP_WORDS[COMP_CWORD]} words"
    echo "    case \${COMP_CWORD}:\${COMP_WORDS[1]} in"
    echo "    1:*) words=\"$(names | tr '\n' ' ')\" ;;"
    for name in $(names); do
        echo "    *:$name) words=\"$(options "$name")\" ;;"
    done
    echo "    *) words= ;;"
    echo "    esac"
    echo "    mapfile -t COMPREPLY < <(compgen -W \"\$words\" -- \"\$word\")"
    echo "}"
    echo "complete -o default -F _pogo pogo"
}

mkdir -p "$out"
page >"$out/pogo.1.new"
completion >"$out/pogo.bash.new"
mv "$out/pogo.1.new" "$out/pogo.1"
mv "$out/pogo.bash.new" "$out/pogo.bash"
