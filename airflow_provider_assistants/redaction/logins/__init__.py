# SPDX-License-Identifier: Apache-2.0
"""
Where commands, protocols and addresses have a user and a password; data only.

:mod:`.shapes` has all of them, those of :mod:`.commands` included; :mod:`.base` says what one is.
"""
