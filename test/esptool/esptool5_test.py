#!/usr/bin/python3
"""The genuine esptool 5.x against the bench."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import road  # noqa: E402

road.main(5)
