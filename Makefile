# Pogo's one build file. `make help` lists what people use.
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

# ---- how it is built -------------------------------------------------------
# SAN=1 builds everything under AddressSanitizer and UBSan, beside the rest.
ifdef SAN
B := build/san
SANFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
else
B := build
SANFLAGS :=
endif

CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif
WARN := -std=c11 -Wall -Wextra -Werror -Wshadow -Wconversion -Wstrict-prototypes \
  -Wmissing-prototypes -Wvla -Wundef -Wformat=2 -Wcast-qual -Wwrite-strings \
  -Wswitch-enum -Wimplicit-fallthrough -Wdouble-promotion
CFLAGS := $(WARN) -O2 -g -MMD -MP -I. -I$(B)/gen -D_GNU_SOURCE $(SANFLAGS)
LDLIBS := -lcrypto -lz -lelf

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

$(LIB_FORMAT): $(call obj,$(FORMAT))
$(LIB_EMULATOR): $(call obj,$(EMULATOR))
$(LIB_TOOL): $(call obj,$(TOOL)) $(STUB_OBJ)
$(LIB_CORE): $(call obj,$(CORE))
$(B)/lib%.a:
	@rm -f $@; ar rcs $@ $^

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<
