# SPDX-License-Identifier: Apache-2.0
"""Benchmarks: this package beside what a data engineer would take instead. ``make bench`` runs them."""
