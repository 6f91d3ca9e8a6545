#!/bin/bash
# `make speed-flash` in a small form: pogo's flasher beside the genuine esptool, in
# real time, so the limits are generous. Also: the bench's USB latency is felt.
cd "$(dirname "$0")/../.." || exit 1
exec build/esptool-5/bin/python test/speed/flash.py --sample
