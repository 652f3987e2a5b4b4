# SPDX-License-Identifier: Apache-2.0
"""What changed between two snapshots: how they are read, which rows and fields differ, and the report."""
