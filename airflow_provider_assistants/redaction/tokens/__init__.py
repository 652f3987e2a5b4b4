# SPDX-License-Identifier: Apache-2.0
"""
Keys that give themselves away by their shape.

Those of known issuers (:mod:`.well_known`), those with a prefix that nobody listed (:mod:`.prefixed`), those in groups
(:mod:`.grouped`), and long runs without any mark (:mod:`.bare`), unless what surrounds them says otherwise (:mod:`.context`).
"""
