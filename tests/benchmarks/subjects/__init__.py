# SPDX-License-Identifier: Apache-2.0
"""What is measured: each module is a program that does the job of its name, in a process of its own."""
