"""What every feature stands on: database, clock, access, permissions, errors, language, web.

Knows no feature, save the names of the permissions. Imports nothing of senior_univ outside itself.
"""
