"""What remains of learning: certificates 结业证书 that anyone can verify, hours 学时, and how a lesson was.

A certificate is issued by the class's site once the class is over, to everybody who earned it by ``rules``. Its number
is random with a check digit, so that a slip of the pen is told from a number that never was, and guessing is in vain.
Hours are counted from attendance whenever they are asked for: nothing is kept that could disagree with the roll. How a
lesson was is the learner's own word: nobody else may give it, and her site sees counts, never who.

May import attendance and everything below it.
"""
