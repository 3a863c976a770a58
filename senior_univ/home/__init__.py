"""The first screen of each kind of user, the help phone and the navigation of every page, and call-back requests.

May import every feature but demo; none imports it. The officer's screen puts together what network, timetable and
enrolment each count, since no lower feature may know the others.
"""
