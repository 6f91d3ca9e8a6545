#!/bin/bash
# Takes the rules that keep devices alive out of the code, one after the other,
# in a copy of the tree: the sampled sweep on the host must fail each time. Prints
# a table; exit code 1 when a sweep did not notice, or when a rule's code is not
# where this script looks for it.
set -u
cd "$(dirname "$0")/../.." || exit 1
. test/mutant.sh

# The rules: name, file, and a sed command for each change it takes. Each must
# change something.
begin='slot_record_begin(dev->flash, update_other_slot(dev))'
image='slot_record_write_image(dev->flash, update_other_slot(dev), \&image)'
held='memcpy(work->page, work->held, sizeof(work->held));'
write_head='write_head(change->log, sector, sequence)'
rules() {
    rule 'erase the record first' firmware/core/update.c \
        "s|$begin|ERR_NONE|" \
        "s|$held|& if (e == ERR_NONE) e = $begin;|"
    rule 'write the record last' firmware/core/update.c \
        "s|e = $image|e = ERR_NONE|" \
        "s|$held|& if (e == ERR_NONE) e = $image;|"
    rule 'CRC check at boot' firmware/boot/slots.c \
        's/return is == crc ? CRC_RIGHT : CRC_WRONG;/return is == crc ? CRC_RIGHT : CRC_RIGHT;/'
    rule 'header last on compaction' format/settings_commit.c \
        "s|return e == ERR_NONE ? $write_head : e;|return e;|" \
        "s|enum err e = log_erase(change->log, sector);|& if (e == ERR_NONE) e = $write_head;|"
    rule 'first 16 bytes held back' firmware/core/update.c \
        's/uint32_t skip = from == 0 ? UPDATE_HELD : 0;/uint32_t skip = 0;/' \
        's/e = write_checked(dev, 0, work->page, UPDATE_HELD);/e = ERR_NONE;/'
    rule 'read back' firmware/core/update.c \
        's/memcmp(words, bytes + done, piece) != 0/& \&\& false/'
    rule 'signature before it runs' firmware/core/update.c \
        's/is_right ? install(dev) : ERR_OTA_SIGNATURE/is_right ? install(dev) : install(dev)/'
    rule 'a try is spent' firmware/boot/slots.c \
        's/else if (choice.spends_try &&/else if (false \&\& choice.spends_try \&\&/'
    rule 'install word last' firmware/boot/slots.c \
        's/if (prepare(boot, &image))/finish(boot, MAP_INSTALL_WORD); if (!prepare(boot, \&image))/'
    rule 'CRC of a commit' format/settings_log.c \
        's/if (e != ERR_NONE || word != crc)/if (e != ERR_NONE || (false \&\& word != crc))/'
    rule 'relay kept over a restart' firmware/core/relay.c \
        's/return device_retained_power(dev, saved);/return 0;/'
}

build() {
    build_in_tree build/test/power/host_sweep
}

row() {
    printf '%-28s %-10s %s\n' "$1" "$2" "$3"
}

# rule NAME FILE SED…
rule() {
    local name=$1 file=$2
    shift
    if ! patch "$@"; then
        row "$name" 'not found' "no such code in $file"
        bad=1
    elif ! build; then
        row "$name" 'not built' "$file"
        bad=1
    elif "$tree/build/test/power/host_sweep" --sample \
        >"$tree/said" 2>"$tree/errors"; then
        row "$name" 'NOT SEEN' 'the sweep does not notice'
        bad=1
    else
        row "$name" seen "$(tail -n 1 "$tree/said")"
        sed -n '1s/^/  /p' "$tree/errors" | cut -c 1-150
    fi
    unpatch
}

build || exit 1
if ! "$tree/build/test/power/host_sweep" --sample >"$tree/said" 2>&1; then
    echo "the sweep fails without any change:"
    tail -n 20 "$tree/said"
    exit 1
fi
row '(nothing)' passes "$(tail -n 1 "$tree/said")"
rules
exit $bad
