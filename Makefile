# Pogo's one build file. `make help` lists what people use.
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:

# ---- how it is built -------------------------------------------------------
# SAN=1 builds everything for the host under AddressSanitizer and UBSan, beside
# the rest. B is the build folder.
SAN ?=
ifneq ($(SAN),)
B := build/san
SANFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all \
  -fno-omit-frame-pointer
else
B := build
SANFLAGS :=
endif

ifeq ($(origin CC),default)
CC := gcc
endif
WARN := -std=c11 -Wall -Wextra -Werror -Wshadow -Wconversion \
  -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef -Wformat=2 \
  -Wcast-qual -Wwrite-strings -Wswitch-enum -Wimplicit-fallthrough \
  -Wdouble-promotion
CFLAGS := $(WARN) -O2 -g -MMD -MP -I. -I$(B)/gen -D_GNU_SOURCE $(SANFLAGS)
LDLIBS := -lcrypto -lz -llzma -ldw -lelf -Wl,--as-needed -lcurl -lmicrohttpd -ljansson

# V=1 shows the compiler's command lines.
V ?=
Q := $(if $(V),,@)

XCC := xtensa-lx106-elf-gcc
XOBJCOPY := xtensa-lx106-elf-objcopy

# ---- what people use -------------------------------------------------------
.PHONY: help all demo test check setup setup-build golden differential count clean

help:
	@echo "make demo    a virtual Sonoff Mini: flashed, set up, switched, updated; a minute"
	@echo "make test    all tests (SAN=1: under ASan and UBSan)"
	@echo "make all     build/pogo, build/pogo-posix, build/pogo-bench.bin and .ota"
	@echo "make firmware   image and update for real devices: says what it needs"
	@echo "make updates    updates for the bench to try: build/update/next.ota and others"
	@echo "make check   format, clang-tidy, cppcheck, include arrows"
	@echo "make differential COUNT=1000000   our CPU beside qemu's, long form"
	@echo "make speed   our CPU beside qemu's and the chip's, half a minute"
	@echo "make speed-flash  pogo's flasher beside esptool, 12 minutes; BAUD= or QUICK=1: fewer rows"
	@echo "make count   what 100 virtual devices in one process cost"
	@echo "make storm   1,000 devices lose their MQTT broker for a minute, and come back"
	@echo "make fuzz SECONDS=30   libFuzzer on every parser of what comes from outside"
	@echo "make sweep   power goes at every flash operation; sweep-sample: under 50 s"
	@echo "make fuzz-device COUNT=100000   starts with corrupted flash, on the bench"
	@echo "make wear    what a day of use wears off the flash"
	@echo "make boot-times   how large the boot sector is, and what it takes"
	@echo "make outages SCHEDULES=1000   Wi-Fi goes wrong for half a virtual hour each"
	@echo "make refusals    every update that may not run, on every road"
	@echo "make latency soak   how fast commands are, and 30,000 requests in ten virtual minutes"
	@echo "make figures      boot, latency, signature, update, wear: all that is measured of the firmware"
	@echo "make size    how large the image is, what its RAM goes to (SDK=path: the real one)"
	@echo "make crypto-times  what one signature's check takes on the chip"
	@echo "make windows  does the tool compile for Windows? object files only"
	@echo "make session  record docs/session-flash.txt anew: what a stranger sees of pogo"
	@echo "make man     build/pogo.1, a man page, and build/pogo.bash, completion"
	@echo "make golden  rewrite the golden files; read the diff"
	@echo "make clean   remove what was built (keeps BearSSL and the Python environments)"
	@echo ""
	@echo "demo and test install what they need first, and say so."

setup:
	@scripts/setup.sh test

setup-build:
	@scripts/setup.sh build

# ---- the parts -------------------------------------------------------------
FORMAT := $(wildcard format/*.c)
EMULATOR := $(wildcard emulator/*.c)
TOOL := $(filter-out tool/main.c,$(wildcard tool/*.c))
CORE := $(wildcard firmware/core/*.c firmware/net/*.c)
POSIX := $(wildcard firmware/port/posix/*.c)

obj = $(patsubst %.c,$(B)/%.o,$(1))
LIB_FORMAT := $(B)/libformat.a
LIB_EMULATOR := $(B)/libemulator.a
LIB_TOOL := $(B)/libtool.a
LIB_CORE := $(B)/libcore.a

STUB_OBJ :=
# ---- stub
# The flasher program for the chip's RAM, embedded into the tool as bytes. Its
# decoder is the LZMA SDK's, from Debian's source package. The flags
# from -mno-target-align on make it 310 bytes smaller, and no slower.
LZMA := build/lzma
$(LZMA)/version: scripts/get_source.sh
	@scripts/get_source.sh lzma
STUB_SRC := $(wildcard tool/stub/*.c) format/slip.c
STUB_OBJ := $(B)/gen/stub_blob.o
STUB_FLAGS := $(WARN) -Os -ffreestanding -fno-builtin -mlongcalls -fno-jump-tables \
  -mtext-section-literals -ffunction-sections -I. -I$(LZMA)/C -D_LZMA_SIZE_OPT \
  -mno-target-align -fno-move-loop-invariants -fno-tree-loop-im -frename-registers \
  -fno-tree-scev-cprop -fno-tree-sink -fno-tree-dominator-opts -fno-tree-fre
STUB_OBJS := $(patsubst %.c,$(B)/stub/%.o,$(STUB_SRC))
$(STUB_OBJS): $(B)/stub/%.o: %.c $(wildcard tool/stub/*.h format/*.h) | $(LZMA)/version
	@mkdir -p $(@D)
	$(Q)$(XCC) $(STUB_FLAGS) -c -o $@ $<
# First stage: at most 1.5 KB. Both: at most 8 KB.
stub_address = 0x$$($(XCC:gcc=nm) $< | sed -n 's/ . $(1)$$//p')
$(B)/stub.elf: $(STUB_OBJS) tool/stub/stub.ld
	$(Q)$(XCC) -nostdlib -Wl,--gc-sections,-u,stub_second,--no-warn-rwx-segments \
	  -T tool/stub/stub.ld -o $@ $(STUB_OBJS)
	@$(XCC:gcc=size) -A $@ | awk '/^.first/ {first = $$2} /^.second/ {second += $$2} \
	  END {print "stub:", first, "bytes for the ROM,", first + second, "in all"; \
	  if (first > 1536 || first + second > 8192) {print "stub: TOO LARGE"; exit 1}}'
$(B)/gen/stub_blob.S: $(B)/stub.elf
	@mkdir -p $(@D)
	$(XOBJCOPY) -O binary -j .first $< $(B)/stub_first.bin
	$(XOBJCOPY) -O binary -j .second $< $(B)/stub_second.bin
	@{ echo '.section .note.GNU-stack,"",%progbits'; \
	  echo '.section .rodata'; \
	  echo '.global stub_blob'; \
	  echo '.balign 8'; \
	  echo 'stub_blob:'; \
	  echo ".long $(call stub_address,stub_first_start), 2f - 1f"; \
	  echo ".long $(call stub_address,stub_second_start), 3f - 2f"; \
	  echo ".long $(call stub_address,stub_main), $(call stub_address,stub_second)"; \
	  echo '1: .incbin "$(B)/stub_first.bin"'; \
	  echo '2: .incbin "$(B)/stub_second.bin"'; \
	  echo '3:'; } >$@
$(B)/gen/stub_blob.o: $(B)/gen/stub_blob.S
	$(Q)$(CC) -c -o $@ $<
# ---- end of stub

$(LIB_FORMAT): $(call obj,$(FORMAT))
$(LIB_EMULATOR): $(call obj,$(EMULATOR))
$(LIB_TOOL): $(call obj,$(TOOL)) $(STUB_OBJ)
$(LIB_CORE): $(call obj,$(CORE)) $(B)/gen/update_key.o $(B)/firmware/web/page.o
$(B)/lib%.a:
	@rm -f $@; ar rcs $@ $^

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC $<")
	$(Q)$(CC) $(CFLAGS) -c -o $@ $<

$(B)/pogo: $(B)/tool/main.o $(LIB_TOOL) $(LIB_EMULATOR) $(LIB_FORMAT)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS)

$(B)/pogo-posix: $(call obj,$(POSIX)) $(LIB_CORE) $(B)/emulator/boards.o $(LIB_FORMAT)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ -lcrypto

# ---- the builder's key
# For signing updates: made on first use, and kept outside of the tree.
KEY := $(or $(POGO_KEY),$(or $(XDG_CONFIG_HOME),$(HOME)/.config)/pogo/update-key.pem)
$(B)/mkkey: $(call obj,scripts/mkkey.c tool/ota_key.c tool/os_new_key.c) $(LIB_FORMAT)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ -lcrypto
# Run each time, for POGO_KEY may have changed; it writes only what is new.
.PHONY: always
$(B)/gen/update_key.c: $(B)/mkkey always
	@mkdir -p $(@D)
	@$(B)/mkkey '$(KEY)' $@
$(B)/gen/update_key.o: $(B)/gen/update_key.c
	$(Q)$(CC) $(CFLAGS) -c -o $@ $<

# ---- the page
# Packed; the script fails above the page's room in flash.
PAGE := $(B)/gen/page.gz
$(PAGE): scripts/pack_page.sh $(wildcard firmware/web/*.html firmware/web/*.css firmware/web/*.js)
	@mkdir -p $(@D)
	@scripts/pack_page.sh $@
%/firmware/web/page.o: firmware/web/page.S $(PAGE)
	@mkdir -p $(@D)
	$(Q)$(if $(filter $(XB)/%,$@),$(XCC),$(CC)) -DWEB_PAGE_FILE='"$(PAGE)"' -c -o $@ $<

# ---- firmware for the chip
# The device and its boot sector as lx106 code. Without Espressif's archives the
# SDK's functions are the bench's natives, at addresses that natives.ld has from
# the emulator's tables; the file is marked for the bench.
FIRMWARE_BIN := $(B)/pogo-bench.bin
XB := $(B)/lx106
XSLOT := $(patsubst %.c,$(XB)/%.o,$(CORE) $(wildcard firmware/port/esp8266/*.c) \
  $(addprefix format/,crc32.c ota_file.c slot_record.c) \
  $(wildcard format/settings_*.c)) $(XB)/gen/update_key.o $(XB)/firmware/web/page.o
# The boot sector's own objects, as small as can be: nothing but boot.c reads
# bytes from IRAM, with -g the linker shortens fewer calls, and loop optimization
# costs 72 bytes here.
XBOOT_BOTH := $(patsubst %,$(XB)/sector/%.o,firmware/boot/boot firmware/boot/slots \
  firmware/boot/segments format/slot_record format/slot_trailer format/crc32)
XBOOT := $(XBOOT_BOTH) $(XB)/firmware/boot/mark.o $(XB)/firmware/boot/phy_bench.o
XFLAGS := $(WARN) -Os -g -ffreestanding -mlongcalls -mtext-section-literals \
  -mforce-l32 -ffunction-sections -fdata-sections -fno-jump-tables -MMD -MP -I. \
  -Ifirmware/port/esp8266/sdk -isystem /usr/lib/xtensa-lx106-elf/include \
  -DBOOT_TARGET='"B"' -DOTA_BOARD_IS=OTA_BOARD_BENCH
XLINK := -nostdlib -Wl,--gc-sections -Wl,--no-check-sections \
  -Wl,--no-warn-rwx-segments

# Flash is read by words alone. -mforce-l32 makes words of the reads of bytes, and
# code an eighth larger: only for files that read many bytes of texts or tables
# there. Elsewhere the archives' handler of the fault does it, 3 us a byte.
FLASH_BYTES := $(addprefix firmware/core/,command component module \
  mqtt_topic option outlet settings settings_store template text web_answer \
  web_routes) $(addprefix firmware/net/,ascii http http_text json utf8) format/settings_log
RAM_BYTES := $(filter-out $(FLASH_BYTES),$(CORE:.c=) \
  $(patsubst %.c,%,$(wildcard format/settings_*.c)) \
  $(addprefix firmware/port/esp8266/,net net_tcp net_tcp_send net_udp wifi))

# Other flags: everything is compiled again. Run each time, writes what is new.
XFLAGS_OF_ALL := $(XFLAGS) $(FLASH_BYTES)
$(B)/gen/flags: always
	@mkdir -p $(@D)
	@echo $(XFLAGS_OF_ALL) | cmp -s - $@ || echo $(XFLAGS_OF_ALL) >$@

# Of BearSSL what one ECDSA verification over P-256 and SHA-256 need. Its sources
# are Debian's, got by scripts/get_source.sh bearssl; warnings about them are theirs.
BEARSSL := build/bearssl
XBEARSSL := $(patsubst %,$(XB)/bearssl/%.o,$(addprefix ec/,ecdsa_i31_vrfy_raw \
  ecdsa_i31_bits ec_p256_m31 ec_secp256r1 ec_secp384r1 ec_secp521r1) hash/sha2small \
  $(addprefix codec/,ccopy dec32be enc32be) $(addprefix int/,i31_decode i31_decmod \
  i31_encode i31_fmont i31_iszero i31_modpow i31_montmul i31_muladd i31_ninv31 \
  i31_rshift i31_sub i31_tmont i31_add i31_bitlen i32_div32))
XCRYPTO := $(XB)/firmware/port/esp8266/crypto.o $(XBEARSSL)
XSLOT += $(XBEARSSL)
$(BEARSSL)/version: scripts/get_source.sh
	@scripts/get_source.sh bearssl
	@touch $@
$(XBEARSSL): $(XB)/bearssl/%.o: $(BEARSSL)/version
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC $(BEARSSL)/src/$*.c (lx106)")
	$(Q)$(XCC) $(filter-out $(WARN),$(XFLAGS)) -std=c11 -w -I$(BEARSSL)/inc \
	  -I$(BEARSSL)/src -c -o $@ $(BEARSSL)/src/$*.c
$(XB)/firmware/port/esp8266/crypto.o: $(BEARSSL)/version
$(XB)/firmware/port/esp8266/crypto.o: XFLAGS += -isystem $(BEARSSL)/inc

$(XB)/%.o: %.c $(B)/gen/flags
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC $< (lx106)")
	$(Q)$(XCC) $(XFLAGS) $(if $(filter $(RAM_BYTES),$*),-mno-force-l32) -c -o $@ $<
$(XB)/sector/%.o: %.c
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC $< (boot sector)")
	$(Q)$(XCC) $(if $(filter %/boot.c,$<),$(XFLAGS),$(filter-out -mforce-l32,$(XFLAGS))) \
	  -g0 -fno-tree-loop-optimize -c -o $@ $<
$(XB)/gen/update_key.o: $(B)/gen/update_key.c
	@mkdir -p $(@D)
	$(Q)$(XCC) $(XFLAGS) -c -o $@ $<
$(B)/mkld: $(B)/scripts/mkld.o $(LIB_EMULATOR) $(LIB_FORMAT)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS)
$(B)/mkimage: $(call obj,scripts/mkimage.c scripts/slot_pair.c) $(LIB_FORMAT)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ -lelf
OTA_PARTS := $(call obj,scripts/slot_pair.c scripts/ota_build.c tool/ota_key.c) $(LIB_FORMAT)
$(B)/mkota: $(B)/scripts/mkota.o $(OTA_PARTS)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ -lcrypto
$(B)/gen/natives.ld: $(B)/mkld
	@mkdir -p $(@D)
	$(B)/mkld >$@
# A program NAME is linked twice, as NAME-a.elf for slot A and as NAME-b.elf for
# slot B; what it is made of is said where it is named.
LINK_SLOT = $(Q)$(XCC) $(XLINK) -Wl,-Map=$(@:.elf=.map) -L$(B)/gen -T $< -o $@ $(filter %.o,$^)
$(B)/%-a.elf: firmware/port/esp8266/bench.ld $(B)/gen/natives.ld
	@mkdir -p $(@D)
	$(LINK_SLOT)
	@$(XCC:gcc=size) -A $@ | awk '/^\./ && $$1 !~ /debug/ {printf "%s %s %d", (n++ ? "," : "$*-a:"), $$1, $$2} END {print " bytes"}'
$(B)/%-b.elf: $(B)/gen/bench-b.ld $(B)/gen/natives.ld
	@mkdir -p $(@D)
	$(LINK_SLOT)
$(B)/gen/%-b.ld: firmware/port/esp8266/%.ld
	@mkdir -p $(@D)
	@grep -q 'ORIGIN = 0x40201010' $<
	@sed 's/ORIGIN = 0x40201010/ORIGIN = 0x4027C010/' $< >$@
$(B)/%-a.bin: $(B)/%-a.elf $(B)/%-b.elf $(B)/mkimage
	$(Q)$(B)/mkimage --twin $(B)/$*-b.elf $< $@
$(B)/%-b.bin: $(B)/%-b.elf $(B)/%-a.elf $(B)/mkimage
	$(Q)$(B)/mkimage --twin $(B)/$*-a.elf $< $@
$(B)/slot-a.elf $(B)/slot-b.elf: $(XSLOT)
$(B)/boot.elf: $(XBOOT) firmware/boot/boot.ld
	$(Q)$(XCC) $(XLINK) -T firmware/boot/boot.ld -o $@ $(XBOOT)
	@$(XCC:gcc=size) $@ | awk 'NR == 2 {print "boot sector:", $$1, "of 3808 bytes"}'
$(B)/pogo-bench.bin: $(B)/mkimage $(B)/boot.elf $(B)/slot-a.elf $(B)/slot-b.elf
	$(B)/mkimage --twin $(B)/slot-b.elf $(B)/boot.elf $(B)/slot-a.elf $@
	@scripts/size.sh --check $(B)/slot-a.elf $(B)/slot-a.map $@
$(B)/pogo-bench.ota: $(B)/slot-a.bin $(B)/slot-b.bin $(B)/mkota $(B)/gen/update_key.c
	$(Q)$(B)/mkota --board bench '$(KEY)' $< $(B)/slot-b.bin $@
build-tests: $(B)/boot_times

# With SDK=path the same objects, linked with Espressif's archives: an image for
# real devices. Of the SDK only archives, its list of ROM addresses and the PHY
# data are used; its headers are compared with ours (chip/facts.c).
SDK ?=
SDK_COMMIT := 8e1386548cdca53f24e4758b5fc8494791ee060b
CHIP_BIN := $(B)/pogo.bin
CHIP_DIR := firmware/port/esp8266/chip
XCHIP := $(filter-out %/ota_board.o,$(XSLOT)) $(XB)/$(CHIP_DIR)/hooks.o \
  $(XB)/$(CHIP_DIR)/ota_board.o
XCHIP_BOOT := $(XBOOT_BOTH) $(XB)/firmware/boot/mark_chip.o \
  $(XB)/firmware/boot/phy_data.o
# libgcc is the SDK's: without what the ROM has.
CHIP_LIBS := -Wl,--start-group -lgcc -lhal -lphy -lpp -lnet80211 -llwip -lwpa \
  -lcrypto -lmain -ldriver -Wl,--end-group
PHY_DATA := $(SDK)/bin/esp_init_data_default_v08.bin

.PHONY: firmware
ifeq ($(SDK),)
firmware:
	@echo "make firmware links the image for real devices with Espressif's NonOS SDK,"
	@echo "which is not part of Pogo. This gets it:"
	@echo ""
	@echo "  git clone https://github.com/espressif/ESP8266_NONOS_SDK && \\"
	@echo "    git -C ESP8266_NONOS_SDK checkout -q $(SDK_COMMIT)"
	@echo ""
	@echo "Then: make firmware SDK=ESP8266_NONOS_SDK"
	@echo "For the bench no SDK is needed: make all"
	@exit 2
else ifeq ($(wildcard $(SDK)/lib/libmain.a),)
firmware:
	@echo "make firmware: $(SDK) is not Espressif's NonOS SDK: no lib/libmain.a in it"
	@echo "  try: make firmware    (says how to get it)"
	@exit 2
else
firmware: setup-build
	@$(MAKE) --no-print-directory $(CHIP_BIN) $(B)/pogo.ota
endif

$(XB)/firmware/boot/mark_chip.o: firmware/boot/mark.c
	@mkdir -p $(@D)
	$(XCC) $(XFLAGS) -UBOOT_TARGET -DBOOT_TARGET='"C"' -c -o $@ $<
$(XB)/$(CHIP_DIR)/ota_board.o: firmware/port/esp8266/ota_board.c
	@mkdir -p $(@D)
	$(XCC) $(XFLAGS) -UOTA_BOARD_IS -DOTA_BOARD_IS=OTA_BOARD_CHIP -c -o $@ $<
$(XB)/firmware/boot/phy_data.o: firmware/boot/phy_data.S $(PHY_DATA)
	@mkdir -p $(@D)
	@[ "$$(od -An -tu1 -N1 $(PHY_DATA))" -eq 5 ] || \
	  { echo "$(PHY_DATA): does not begin with 05"; exit 1; }
	$(XCC) -DPHY_DATA_FILE='"$(PHY_DATA)"' -c -o $@ $<
# The two lists of facts; the SDK's osapi.h wants a user_config.h.
FACTS := $(XCC) -std=c11 -ffreestanding -w -I$(B)/gen/facts
$(B)/gen/facts/same: $(CHIP_DIR)/facts.c $(wildcard $(CHIP_DIR)/facts_*.h) $(wildcard firmware/port/esp8266/sdk/*.h $(SDK)/include/*.h)
	@mkdir -p $(@D) && : >$(@D)/user_config.h
	$(FACTS) -Ifirmware/port/esp8266/sdk -S -o $(@D)/ours.s $<
	$(FACTS) -isystem $(SDK)/include -S -o $(@D)/sdk.s $<
	@for i in ours sdk; do grep -o '@fact.*' $(@D)/$$i.s >$(@D)/$$i; done
	@diff $(@D)/ours $(@D)/sdk || \
	  { echo "our SDK headers (<) and those of $(SDK) (>) differ"; exit 1; }
	@touch $@
LINK_CHIP = $(Q)$(XCC) $(XLINK) -Wl,-Map=$(@:.elf=.map) -L$(SDK)/lib -L$(SDK)/ld \
  -u call_user_start -Wl,--wrap=SPIRead -T $< -o $@ $(XCHIP) $(CHIP_LIBS)
$(B)/slot-a-chip.elf: firmware/port/esp8266/chip.ld $(XCHIP) $(B)/gen/facts/same
	$(LINK_CHIP)
	@scripts/chip_data.sh $@ $(XCHIP)
$(B)/slot-b-chip.elf: $(B)/gen/chip-b.ld $(XCHIP) $(B)/gen/facts/same
	$(LINK_CHIP)
$(B)/slot-a-chip.bin $(B)/slot-b-chip.bin: $(B)/slot-%-chip.bin: $(B)/slot-a-chip.elf $(B)/slot-b-chip.elf $(B)/mkimage
	$(Q)$(B)/mkimage --twin $(B)/slot-$(if $(filter a,$*),b,a)-chip.elf $(B)/slot-$*-chip.elf $@
$(B)/boot-chip.elf: $(XCHIP_BOOT) firmware/boot/boot.ld
	$(Q)$(XCC) $(XLINK) -T firmware/boot/boot.ld -o $@ $(XCHIP_BOOT)
$(CHIP_BIN): $(B)/mkimage $(B)/boot-chip.elf $(B)/slot-a-chip.elf $(B)/slot-b-chip.elf
	$(B)/mkimage --twin $(B)/slot-b-chip.elf $(B)/boot-chip.elf $(B)/slot-a-chip.elf $@
	@scripts/size.sh $(B)/slot-a-chip.elf $(B)/slot-a-chip.map $@
	@gzip -9nkf $@
$(B)/pogo.ota: $(B)/slot-a-chip.bin $(B)/slot-b-chip.bin $(B)/mkota $(B)/gen/update_key.c
	$(Q)$(B)/mkota --board chip '$(KEY)' $< $(B)/slot-b-chip.bin $@
# ---- end of firmware for the chip

all: setup-build
	@$(MAKE) --no-print-directory everything
.PHONY: everything
everything: $(B)/pogo $(B)/pogo-posix $(FIRMWARE_BIN) $(B)/pogo-bench.ota

# ---- size: what the image's flash and RAM go to ------------------------------
# The build prints the first table after a link for real devices; budgets of both
# links are checked whenever they are made.
.PHONY: size
RAM_PARTS := $(XB)/scripts/ram_parts.o
ifeq ($(SDK),)
size: setup-build
	@$(MAKE) --no-print-directory -s $(FIRMWARE_BIN) $(RAM_PARTS)
	@scripts/size.sh $(B)/slot-a.elf $(B)/slot-a.map $(FIRMWARE_BIN)
	@scripts/ram_parts.sh $(RAM_PARTS)
else
size: firmware
	@$(MAKE) --no-print-directory -s $(RAM_PARTS)
	@scripts/size.sh $(B)/slot-a-chip.elf $(B)/slot-a-chip.map $(CHIP_BIN)
	@scripts/ram_parts.sh $(RAM_PARTS)
endif

# ---- demo ------------------------------------------------------------------
demo: setup-build
	@mkdir -p build; echo "building (half a minute the first time) ..."
	@$(MAKE) --no-print-directory -s $(B)/gen/update_key.c >/dev/null
	@$(MAKE) --no-print-directory everything $(B)/update/next.ota \
	  >build/demo.log 2>&1 || { cat build/demo.log; exit 1; }
	@scripts/demo.sh

# ---- tests -----------------------------------------------------------------
# Programs test/**/NAME_test.c, and scripts test/**/NAME_test.sh or .py; all speak
# TAP. Slow ones first, so that two cores stay busy.
CORE_TESTS := $(patsubst %.c,$(B)/%,$(wildcard test/firmware/*_test.c test/firmware/*/*_test.c))
CORE_RUNNER := $(B)/test/scenario/core_runner
CRYPTO := $(B)/firmware/port/posix/crypto.o
HOST_TESTS := $(patsubst %.c,$(B)/%,$(wildcard test/format/*_test.c test/emulator/*_test.c test/tool/*_test.c \
  test/power/*_test.c test/scripts/*_test.c))
FUZZ_TESTS := $(patsubst %.c,$(B)/%_test,$(wildcard test/fuzz/*_fuzz.c))
SCRIPT_TESTS := $(wildcard test/esptool/*_test.py test/page/*_test.py test/*/*_test.sh)

$(HOST_TESTS): $(B)/%: $(B)/%.o $(LIB_TOOL) $(LIB_EMULATOR) $(LIB_FORMAT)
	$(Q)$(CC) $(CFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) -lcmocka $(LDLIBS) -lm
$(patsubst %.c,$(B)/%,$(wildcard test/scripts/*_test.c)): $(call obj,scripts/slot_pair.c scripts/ota_build.c)
# Those that lose power.
$(patsubst %.c,$(B)/%,$(wildcard test/format/*_cut_test.c test/format/slot_record*_test.c \
  test/format/settings_log*_test.c test/firmware/core/settings_store_test.c)): \
  $(B)/test/format/sim_flash.o
# Bad lines.
$(addprefix $(B)/test/tool/,noise_test rom_flip_test): $(B)/test/tool/noise_run.o
$(B)/test/tool/line_faults: $(call obj,$(addprefix test/tool/,line_faults.c noise_run.c)) $(LIB_TOOL) $(LIB_EMULATOR) $(LIB_FORMAT)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS) -lm
$(B)/test/format/ota_file_test: $(B)/test/format/ota_fixture.o
$(B)/test/power/report_test: $(B)/test/power/report.o
$(B)/test/power/device_fuzz_test: $(call obj,$(addprefix test/power/,leftovers.c machine.c))
$(B)/test/power/press_test: $(B)/test/power/machine.o
$(B)/test/power/ota_fuzz_test: $(B)/test/power/machine.o $(B)/test/format/ota_fixture.o
$(addprefix $(B)/test/firmware/boot/,install_test slots_test): $(B)/test/format/sim_flash.o \
  $(call obj,firmware/boot/slots.c firmware/boot/segments.c)
FAKE := $(call obj,$(addprefix test/firmware/,fake_hal.c fake_net.c))
$(CORE_TESTS): $(B)/%: $(B)/%.o $(FAKE) $(CRYPTO) $(LIB_CORE) $(LIB_FORMAT)
	$(Q)$(CC) $(CFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) -lcmocka -lcrypto
$(patsubst %.c,$(B)/%,$(wildcard test/firmware/core/update_*test.c)): \
  $(B)/test/firmware/update_fixture.o $(call obj,tool/ota_key.c tool/os_new_key.c)
$(patsubst %.c,$(B)/%,$(wildcard test/firmware/core/web_*test.c)): $(B)/test/firmware/web_fixture.o
$(B)/test/firmware/core/web_file_test: $(B)/test/firmware/update_fixture.o $(call obj,tool/ota_key.c tool/os_new_key.c)
$(B)/test/firmware/port/boot_test: $(B)/firmware/port/posix/boot.o
$(B)/test/firmware/port/radio_test: $(call obj,$(addprefix firmware/port/posix/,radio.c radio_phone.c \
  radio_scan.c) firmware/core/heard.c)
# A program over the posix port's network, for real clients: test/net.
SERVICE := $(B)/test/net/service_posix
$(SERVICE): $(call obj,$(addprefix test/net/,service.c service_posix.c) $(wildcard firmware/port/posix/net*.c) \
  firmware/core/text.c)
	$(Q)$(CC) $(CFLAGS) -o $@ $^
build-tests: $(SERVICE)
$(B)/test/firmware/hal/crypto_test: $(B)/test/firmware/crypto_cases.o
# The third world of test/scenario/*.txt: the core in process.
$(CORE_RUNNER): $(CORE_RUNNER).o $(call obj,$(addprefix firmware/port/posix/,world.c boot.c \
  radio.c radio_phone.c radio_scan.c)) \
  $(FAKE) $(CRYPTO) $(LIB_CORE) $(B)/emulator/boards.o $(LIB_FORMAT)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ -lcrypto

test: setup
	@$(MAKE) --no-print-directory -j2 run-tests

.PHONY: run-tests build-tests
build-tests: everything $(CORE_RUNNER) $(HOST_TESTS) $(FUZZ_TESTS) $(CORE_TESTS) $(B)/differential
run-tests: build-tests
	@B=$(B) CMOCKA_MESSAGE_OUTPUT=TAP prove --timer --failures --comments \
	  -j2 --exec '' $(SCRIPT_TESTS) $(HOST_TESTS) $(CORE_TESTS) $(FUZZ_TESTS)

# ---- talk with the image in virtual time -------------------------------------
# Figures, a soak of MINUTES (10 unless said), outages by SCHEDULES (1000): test/virtual/home.h.
VIRTUAL_PARTS := $(call obj,$(addprefix test/virtual/,home.c peer.c) test/power/machine.c)
VIRTUAL := $(addprefix $(B)/test/virtual/,guesses latency outages refusals soak)
$(VIRTUAL): %: %.o $(VIRTUAL_PARTS) $(LIB_EMULATOR) $(LIB_FORMAT)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS)
build-tests: $(VIRTUAL)
.PHONY: latency soak refusals guesses outages
latency soak refusals guesses outages: setup-build
	@$(MAKE) --no-print-directory -s everything updates $(B)/test/virtual/$@
	@B=$(B) $(B)/test/virtual/$@ $(if $(filter soak,$@),$(MINUTES)) $(if $(filter outages,$@),$(SCHEDULES))

# Each defence of docs/attacks.md, taken out: does its test notice?
.PHONY: attack-break
attack-break: setup
	@test/attack/break.sh

# ---- sweeps: power goes at every flash operation ------------------------------
# Programs that sweep everything, or with --sample a part that is always the same
# (in make test, too). Both end with cuts, boots, settings lost and bricks.
$(B)/test/power/bench_sweep: $(call obj,$(addprefix test/power/,bench_sweep.c sweep.c \
  leftovers.c report.c roads.c story_install.c story_rescue.c story_settings.c \
  story_update.c)) $(VIRTUAL_PARTS) $(LIB_EMULATOR) $(LIB_FORMAT)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS)
$(B)/test/power/host_sweep: $(call obj,$(wildcard test/power/host*.c) test/power/report.c \
  test/format/sim_flash.c firmware/boot/slots.c firmware/boot/segments.c \
  tool/ota_key.c) $(FAKE) $(CRYPTO) $(LIB_CORE) $(LIB_FORMAT)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ -lcrypto
# Those of test/format, which the long form runs too.
$(B)/test/power/host_sweep: | $(patsubst %,$(B)/test/format/%_cut_test,settings_log slot_record flash_chip)
SWEEPS := $(B)/test/power/host_sweep $(B)/test/power/bench_sweep
build-tests: $(SWEEPS)
.PHONY: sweep sweep-sample
sweep sweep-sample: setup-build
	@$(MAKE) --no-print-directory -s everything updates $(B)/slot-b.bin $(SWEEPS)
	@for s in $(SWEEPS); do \
	  B=$(B) $$s $(if $(filter %-sample,$@),--sample) || exit 1; done
# Each of the rules that keep devices alive, taken out: does a sweep notice?
.PHONY: sweep-break
sweep-break: setup-build
	@test/power/break.sh

# ---- line faults: every kind of noise, the plug pulled at 200 bytes ----------
.PHONY: line-faults
line-faults: setup-build
	@$(MAKE) --no-print-directory -s $(B)/test/tool/noise_test $(B)/test/tool/line_faults
	@$(B)/test/tool/noise_test --all
	@$(B)/test/tool/line_faults $(SEEDS)

# ---- the owner's commands over bad lines, SEEDS times each -------------------
.PHONY: road-noise
road-noise: setup-build
	@$(MAKE) --no-print-directory -s everything updates
	@B=$(B) SEEDS=$(or $(SEEDS),60) bash test/tool/road_noise_test.sh

# ---- fuzz: bytes from anywhere into every parser ----------------------------
# Each test/fuzz/NAME_fuzz.c twice: with a driver that always makes the same
# mutations (in make test), and with libFuzzer, for SECONDS each.
SECONDS ?= 30
FUZZ_PARTS := test/format/sim_flash.c test/format/ota_fixture.c tool/stub_unpack.c \
  $(wildcard firmware/net/*.c firmware/core/settings*.c) $(addprefix firmware/core/,component.c module.c template.c text.c)
# A whole device on a fake network.
$(B)/test/fuzz/command_fuzz_test: $(FAKE) $(CRYPTO) $(LIB_CORE)
DIY_PARSERS := $(addprefix tool/diy_,mdns.c protocol.c range.c)
$(B)/test/fuzz/diy_fuzz_test: $(call obj,$(DIY_PARSERS))
build/fuzz/diy_fuzz: $(DIY_PARSERS)
$(FUZZ_TESTS): $(B)/%_test: $(B)/%.o $(B)/test/fuzz/driver.o $(call obj,$(FUZZ_PARTS)) $(LIB_FORMAT)
	$(Q)$(CC) $(CFLAGS) -o $@ $(filter %.o,$^) $(filter %core.a,$^) $(LIB_FORMAT) $(LDLIBS)
FUZZERS := $(patsubst test/fuzz/%.c,build/fuzz/%,$(wildcard test/fuzz/*_fuzz.c))
$(FUZZERS): build/fuzz/%: test/fuzz/%.c $(FUZZ_PARTS) $(FORMAT) $(wildcard format/*.h firmware/[cn]*/*.h test/f*/*.h)
	@mkdir -p $(@D)
	$(Q)clang $(WARN) -O2 -g -I. -D_GNU_SOURCE \
	  -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -o $@ \
	  $(filter %.c %page.o,$^) -lcrypto -Wl,--as-needed -ljansson
build/fuzz/command_fuzz: $(FAKE:$(B)/%.o=%.c) $(CRYPTO:$(B)/%.o=%.c) $(CORE) \
  $(B)/gen/update_key.c $(B)/firmware/web/page.o
.PHONY: fuzz run-fuzz fuzz-fixed fuzz-device $(FUZZERS:%=%.run)
fuzz: setup
	@$(MAKE) --no-print-directory fuzz-fixed run-fuzz
# The mutations that are always the same, 100,000 of each kind.
fuzz-fixed: $(FUZZ_TESTS)
	@for t in $^; do echo "$${t##*/}"; $$t --count 100000 || exit 1; done
# And on the device: wrong bytes in the flash of the real image on the bench, and a
# tenth as many update files over its console.
fuzz-device: setup-build
	@$(MAKE) --no-print-directory -s build-tests
	@B=$(B) $(B)/test/power/device_fuzz_test --count $(COUNT)
	@B=$(B) $(B)/test/power/ota_fuzz_test --count $$(($(COUNT) / 10))
run-fuzz: $(FUZZERS:%=%.run)
# What it found before stays in build/fuzz/NAME.corpus.
$(FUZZERS:%=%.run): %.run: % $(FUZZ_TESTS)
	@mkdir -p $*.corpus
	@$(B)/test/fuzz/$(notdir $*)_test --seeds $*.corpus
	@$* -max_total_time=$(SECONDS) -max_len=8192 -print_final_stats=1 \
	  -artifact_prefix=$*. $*.corpus >$*.log 2>&1 || { tail -40 $*.log; exit 1; }
	@sed -n 's/^stat::number_of_executed_units: */$(notdir $*): inputs tried: /p' $*.log

# ---- differential: our CPU beside qemu's -----------------------------------
COUNT ?= 20000
$(B)/differential: $(call obj,$(wildcard test/differential/*.c)) $(LIB_EMULATOR) $(LIB_FORMAT)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS)
differential: setup
	@$(MAKE) --no-print-directory $(B)/differential
	$(B)/differential --count $(COUNT)

# ---- boot times: what the boot sector takes ---------------------------------
$(B)/boot_times: $(B)/test/emulator/boot_times.o $(LIB_TOOL) $(LIB_EMULATOR) $(LIB_FORMAT)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ -lcmocka $(LDLIBS) -lm
.PHONY: boot-times
boot-times: setup-build
	@$(MAKE) --no-print-directory -s $(B)/boot_times $(FIRMWARE_BIN)
	@$(B)/boot_times $(FIRMWARE_BIN)

# ---- crypto times: what a signature takes ------------------------------------
# Linked by themselves, to see what they add; what no root needs is dropped.
$(XB)/crypto-added.o: $(XCRYPTO)
	@$(XCC:gcc=ld) -r --gc-sections -e crypto_start -u hal_verify_start \
	  $(addprefix -u hal_sha256_,start update end) -o $@ $^
.PHONY: crypto-times
crypto-times: setup-build
	@$(MAKE) --no-print-directory -s $(B)/pogo $(B)/guest/verify.bin $(XB)/crypto-added.o
	@B=$(B) test/guest/crypto_times.sh $(XB)/crypto-added.o

# ---- wear: what a day of use takes of the flash -----------------------------
$(B)/wear: $(B)/test/firmware/wear.o $(FAKE) $(CRYPTO) $(LIB_CORE) $(LIB_FORMAT)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ -lcrypto
build-tests: $(B)/wear
.PHONY: wear
wear: setup-build
	@$(MAKE) --no-print-directory -s $(B)/wear
	@$(B)/wear

# ---- update time, and all of these figures -----------------------------------
.PHONY: update-time figures
update-time: setup-build
	@$(MAKE) --no-print-directory -s everything updates
	@B=$(B) test/update/time.sh
figures:
	@$(MAKE) --no-print-directory boot-times latency crypto-times update-time wear

# ---- speed: our CPU beside qemu's and the chip's ---------------------------
# Guests of test/speed/guest, in a short and a long form each, so that start-up
# can be subtracted; and our firmware.
SPEED := $(B)/speed
SPEED_FLAGS := $(WARN) -O2 -ffreestanding -fno-builtin -nostdlib \
  -mtext-section-literals -I. -T test/speed/guest/guest.ld
SPEED_GUESTS := $(addprefix $(SPEED)/,crc-short.elf crc-long.elf mixed-short.elf mixed-long.elf)
SPEED_PARTS := $(addprefix test/speed/guest/,start.S main.c divide.c)
$(SPEED)/crc-%.elf: GUEST := crc
$(SPEED)/mixed-%.elf: GUEST := mixed
$(SPEED)/crc-long.elf: ROUNDS := 30000
$(SPEED)/mixed-long.elf: ROUNDS := 1600
$(SPEED)/%-short.elf: ROUNDS := 10
$(SPEED_GUESTS): $(wildcard test/speed/guest/*)
	@mkdir -p $(@D)
	$(Q)$(XCC) $(SPEED_FLAGS) -Wl,--defsym=rounds=$(ROUNDS) -o $@ \
	  $(SPEED_PARTS) test/speed/guest/$(GUEST).c
$(SPEED)/speed: $(call obj,$(wildcard test/speed/*.c)) $(LIB_EMULATOR) $(LIB_FORMAT)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS)
build-tests: $(SPEED)/speed $(SPEED_GUESTS)
.PHONY: speed run-speed
speed: setup
	@$(MAKE) --no-print-directory -s run-speed
run-speed: $(SPEED)/speed $(SPEED_GUESTS) $(FIRMWARE_BIN)
	@$(SPEED)/speed $(SPEED) $(FIRMWARE_BIN)

# ---- speed-flash: the flasher beside the genuine esptool ---------------------
# BAUD=460800 takes one speed, QUICK=1 one speed and only writing; LATENCY
# is the line's USB latency in ms; ESPTOOL another esptool; DOC=docs/speed.md puts
# the table there.
BAUD ?=
QUICK ?=
LATENCY ?= 1
.PHONY: speed-flash
speed-flash: setup
	@$(MAKE) --no-print-directory -s everything
	@B=$(B) build/esptool-5/bin/python test/speed/flash.py --latency $(LATENCY) \
	  $(if $(BAUD),--baud $(BAUD)) $(if $(QUICK),--quick) $(if $(DOC),--doc $(DOC))

# ---- count: many devices in one process ------------------------------------
# Our firmware with its access point, and joined to a network.
DEVICES ?= 100
count: setup-build
	@$(MAKE) --no-print-directory -s everything
	@B=$(B) test/count/count.sh $(DEVICES)
	@B=$(B) test/count/count.sh $(DEVICES) wifi

# ---- storm: many devices come back to one broker ----------------------------
.PHONY: storm
SILENT ?= 60
storm: DEVICES = 1000
storm: setup
	@$(MAKE) --no-print-directory -s $(B)/pogo-posix
	@/usr/bin/python3 test/mqtt/storm.py $(B)/pogo-posix $(DEVICES) $(SILENT)

# ---- updates for tests -----------------------------------------------------
# Programs as new images: NAME.ota, and NAME.bin with the boot sector. next and
# older are our firmware with another version; broken.c and mute.c are programs
# in its place.
UPDATE := $(B)/update
UPDATES := $(addprefix $(UPDATE)/,next older broken mute)
$(XB)/update/next.o: VERSION := -DTEST_MAJOR=0 -DTEST_MINOR=2 -DTEST_PATCH=0
$(XB)/update/older.o: VERSION := -DTEST_MAJOR=0 -DTEST_MINOR=0 -DTEST_PATCH=9
$(XB)/update/next.o $(XB)/update/older.o: test/update/version.c
	@mkdir -p $(@D)
	$(Q)$(XCC) $(XFLAGS) $(VERSION) -c -o $@ $<
$(foreach n,next older,$(UPDATE)/$(n)-a.elf $(UPDATE)/$(n)-b.elf): \
  $(filter-out %/core/version.o,$(XSLOT))
$(foreach n,broken mute,$(UPDATE)/$(n)-a.elf $(UPDATE)/$(n)-b.elf): $(XB)/test/guest/common.o
$(foreach s,a b,$(UPDATE)/next-$(s).elf): $(XB)/update/next.o
$(foreach s,a b,$(UPDATE)/older-$(s).elf): $(XB)/update/older.o
$(foreach s,a b,$(UPDATE)/broken-$(s).elf): $(XB)/test/update/broken.o $(XB)/update/next.o
$(foreach s,a b,$(UPDATE)/mute-$(s).elf): $(XB)/test/update/mute.o $(XB)/update/next.o
$(UPDATES:=.bin): %.bin: %-a.elf %-b.elf $(B)/boot.elf $(B)/mkimage
	$(Q)$(B)/mkimage --twin $*-b.elf $(B)/boot.elf $*-a.elf $@
UPDATE_PARTS := $(B)/mkota $(B)/gen/update_key.c
$(UPDATES:=.ota): %.ota: %-a.bin %-b.bin $(UPDATE_PARTS)
	$(Q)$(B)/mkota --board bench '$(KEY)' $*-a.bin $*-b.bin $@
# The next one, signed by a stranger, and for the wrong kind of device.
$(UPDATE)/stranger.pem: $(B)/mkkey
	@mkdir -p $(@D)
	@$(B)/mkkey $@ $(UPDATE)/stranger.c 2>/dev/null
$(UPDATE)/wrong-key.ota: $(UPDATE)/next-a.bin $(UPDATE)/next-b.bin $(UPDATE)/stranger.pem $(UPDATE_PARTS)
	$(Q)$(B)/mkota --board bench $(UPDATE)/stranger.pem $< $(UPDATE)/next-b.bin $@
$(UPDATE)/other-board.ota: $(UPDATE)/next-a.bin $(UPDATE)/next-b.bin $(UPDATE_PARTS)
	$(Q)$(B)/mkota --board chip '$(KEY)' $< $(UPDATE)/next-b.bin $@
.PHONY: updates
updates: $(UPDATES:=.bin) $(UPDATES:=.ota) $(UPDATE)/wrong-key.ota $(UPDATE)/other-board.ota
build-tests: updates

# ---- guest programs --------------------------------------------------------
# test/guest/NAME.c as build/guest/NAME.bin: the device image with a small program
# in the place of our firmware. docs/guest.md says how to add one.
GUEST_COMMON := $(XB)/test/guest/common.o
GUESTS := $(patsubst test/guest/%.c,$(B)/guest/%.bin,\
  $(filter-out test/guest/common.c,$(wildcard test/guest/*.c)))
$(B)/guest/%.elf: $(XB)/test/guest/%.o $(GUEST_COMMON) $(B)/gen/natives.ld firmware/port/esp8266/bench.ld
	@mkdir -p $(@D)
	$(Q)$(XCC) $(XLINK) -L$(B)/gen -T firmware/port/esp8266/bench.ld -o $@ \
	  $(filter %.o,$^)
# With parts of our port.
$(B)/guest/verify.elf $(B)/guest-chip/verify.elf: $(XCRYPTO) $(XB)/test/firmware/crypto_cases.o
$(B)/guest/net_service.elf $(B)/guest-chip/net_service.elf: $(XB)/test/net/service.o \
  $(patsubst %.c,$(XB)/%.o,$(wildcard firmware/port/esp8266/net*.c) firmware/core/text.c)
$(B)/guest/%.bin: $(B)/guest/%.elf $(B)/boot.elf $(B)/mkimage
	$(Q)$(B)/mkimage $(B)/boot.elf $< $@
build-tests: $(GUESTS)
.PHONY: guests
guests: $(B)/pogo $(GUESTS)

# With SDK=path the same programs, linked with Espressif's archives.
CHIP_GUEST_COMMON := $(XB)/test/guest/common.o $(XB)/$(CHIP_DIR)/hooks.o
CHIP_GUESTS := $(GUESTS:$(B)/guest/%=$(B)/guest-chip/%)
$(B)/guest-chip/%.elf: $(XB)/test/guest/%.o $(CHIP_GUEST_COMMON) $(B)/gen/facts/same firmware/port/esp8266/chip.ld
	@mkdir -p $(@D)
	$(Q)$(XCC) $(XLINK) -L$(SDK)/lib -L$(SDK)/ld -u call_user_start \
	  -Wl,--wrap=SPIRead \
	  -T firmware/port/esp8266/chip.ld -o $@ $(filter %.o,$^) $(CHIP_LIBS)
$(B)/guest-chip/%.bin: $(B)/guest-chip/%.elf $(B)/boot-chip.elf $(B)/mkimage
	$(Q)$(B)/mkimage $(B)/boot-chip.elf $< $@
.PHONY: guests-chip
guests-chip: $(CHIP_GUESTS)

# ---- session: what a stranger sees, as text -----------------------------------
.PHONY: session
session: setup-build
	@$(MAKE) --no-print-directory -s everything
	@B=$(B) scripts/flash_session.sh >docs/session-flash.new && mv docs/session-flash.new docs/session-flash.txt
	@git diff --stat -- docs/session-flash.txt

# ---- the library: a program outside of the tool ------------------------------
$(B)/docs/examples/flash: $(B)/docs/examples/flash.o $(LIB_TOOL) $(LIB_EMULATOR) $(LIB_FORMAT)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS)
build-tests: $(B)/docs/examples/flash

# ---- windows: does the tool compile for it? ---------------------------------
# Object files only: nothing is linked or run. Left out is what is Linux's own: the
# link_*.c and os_*.c, and nothing else. The libraries' headers are Linux's. Windows'
# own printf does not know %zu, mingw-w64's does.
WB := build/windows
WCC := x86_64-w64-mingw32-gcc
NOT_WINDOWS := $(wildcard tool/os_*.c tool/link_*.c)
WINDOWS := $(patsubst %.c,$(WB)/%.o,$(filter-out $(NOT_WINDOWS),$(FORMAT) $(TOOL) tool/main.c))
$(WB)/include/ready: Makefile
	@mkdir -p $(@D)/openssl
	@ln -sf /usr/include/openssl/*.h /usr/include/$$($(CC) -dumpmachine)/openssl/*.h $(@D)/openssl
	@ln -sfn /usr/include/lzma $(@D)/lzma
	@ln -sfn /usr/include/$$($(CC) -dumpmachine)/curl $(@D)/curl
	@ln -sf $(addprefix /usr/include/,lzma.h zlib.h zconf.h jansson.h jansson_config.h) $(@D)
	@touch $@
$(WINDOWS): $(WB)/%.o: %.c | $(WB)/include/ready
	@mkdir -p $(@D)
	$(Q)$(WCC) $(filter-out -Wformat=2,$(WARN)) -Wno-format -O2 -MMD -MP -I. -D_GNU_SOURCE \
	  -include tool/os_windows.h -D__USE_MINGW_ANSI_STDIO=1 -isystem $(WB)/include -c -o $@ $<
-include $(WINDOWS:.o=.d)
.PHONY: windows
windows: $(WINDOWS)
	@echo "windows: $(words $^) files compile; left out: $(notdir $(NOT_WINDOWS))" | fold -sw 80

# ---- man page ---------------------------------------------------------------
# Of what the command says of itself, and so of its table of subcommands.
.PHONY: man
man: $(B)/pogo
	@scripts/man.sh $(B)/pogo $(B)
	@echo "man -l $(B)/pogo.1        . $(B)/pogo.bash"

# ---- check -----------------------------------------------------------------
SOURCES = $(shell git ls-files '*.c' '*.h')
CHECKED := $(FORMAT) $(EMULATOR) $(TOOL) tool/main.c $(CORE) $(POSIX) \
  $(wildcard scripts/*.c)
# The chip's sources are read as i386 code: clang has no lx106, and what counts
# here is 32-bit pointers without a libc.
CHIP_CHECKED := $(wildcard firmware/boot/*.c firmware/port/esp8266/*.c \
  $(filter-out %/lzma.c,$(wildcard tool/stub/*.c)) test/guest/*.c test/update/*.c)
CHIP_FLAGS := --target=i386 -std=c11 -ffreestanding -I. \
  -Ifirmware/port/esp8266/sdk -isystem /usr/lib/xtensa-lx106-elf/include \
  -isystem $(BEARSSL)/inc -DBOOT_TARGET="B" -DTEST_MAJOR=0 -DTEST_MINOR=2 \
  -DTEST_PATCH=0 -DOTA_BOARD_IS=OTA_BOARD_BENCH
check: setup
	@echo "clang-format"
	@clang-format --dry-run -Werror $(SOURCES)
	@scripts/check_arrows.sh
	@scripts/check_style.sh
	@echo "cppcheck"
	@cppcheck -q -j2 --std=c11 --error-exitcode=1 --inline-suppr -I. \
	  --enable=warning,performance,portability --suppress=missingIncludeSystem \
	  $(CHECKED) $(CHIP_CHECKED)
	@echo "clang-tidy"
	@scripts/check_tidy.sh '-std=c11 -I. -I$(B)/gen -D_GNU_SOURCE' $(CHECKED)
	@scripts/check_tidy.sh '$(CHIP_FLAGS)' $(CHIP_CHECKED)

# ---- generated docs --------------------------------------------------------
# What people wrote, up to a mark, and a list that a program writes behind it.
$(B)/mkcommands: $(B)/scripts/mkcommands.o $(FAKE) $(CRYPTO) $(LIB_CORE) $(LIB_FORMAT)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ -lcrypto
GOLDEN := architecture:scripts/list_files.sh commands:$(B)/mkcommands
golden_of = { sed '/^<!-- written by/q' docs/$$doc.md; $$list; }
each_golden = for golden in $(GOLDEN); do doc=$${golden%:*} list=$${golden\#*:}; \
  $(1) || exit 1; done
golden: $(B)/mkcommands
	@$(call each_golden,{ $(golden_of) >docs/$$doc.new && mv docs/$$doc.new docs/$$doc.md; })
	git diff --stat -- docs
.PHONY: check-docs
check-docs: $(B)/mkcommands
	@$(call each_golden,{ $(golden_of) | diff - docs/$$doc.md || \
	  { echo "docs/$$doc.md is out of date: make golden"; false; }; })
check: check-docs

clean:
	rm -rf $(filter-out build/esptool-% build/hatasmota build/bearssl build/lzma build/micropython,$(wildcard build/*))

-include $(shell find $(addprefix $(B)/,format emulator tool firmware test lx106 scripts docs) -type f -name '*.d' 2>/dev/null)
