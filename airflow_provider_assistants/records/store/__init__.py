# SPDX-License-Identifier: Apache-2.0
"""Files at local paths and in object stores: written whole or not at all, and read with errors that say what to do."""
