"""What generated people and things are called."""

FIRST_NAMES = (
    "Abena", "Adaeze", "Akua", "Amahle", "Amina", "Ayanda", "Baraka", "Bongani", "Chidi",
    "Chipo", "Dalila", "Emeka", "Esi", "Farai", "Fatou", "Gugu", "Hassan", "Ife", "Jelani",
    "Kagiso", "Kwame", "Lerato", "Lindiwe", "Mandla", "Mariam", "Musa", "Nandi", "Ngozi",
    "Nomsa", "Obinna", "Palesa", "Rutendo", "Sipho", "Tariro", "Tendai", "Thandiwe", "Uche",
    "Wanjiru", "Yaw", "Zanele", "Zuberi",
)  # fmt: skip
LAST_NAMES = (
    "Abubakar", "Adeyemi", "Asante", "Banda", "Boateng", "Chikwanha", "Diallo", "Dlamini",
    "Eze", "Gumede", "Haile", "Juma", "Kamau", "Keita", "Khumalo", "Mabaso", "Mahlangu",
    "Mensah", "Mokoena", "Moyo", "Mthembu", "Mutasa", "Mwangi", "Ncube", "Ndlovu", "Nkosi",
    "Nyathi", "Obi", "Odhiambo", "Okafor", "Osei", "Otieno", "Phiri", "Sesay", "Sithole",
    "Tembo", "Traoré", "Van Wyk", "Wekesa", "Zulu", "Zwane", "Ba", "Naidoo",
)  # fmt: skip
PLACES = (
    "Johannesburg, South Africa", "Cape Town, South Africa", "Durban, South Africa",
    "Nairobi, Kenya", "Lagos, Nigeria", "Accra, Ghana", "Harare, Zimbabwe",
)  # fmt: skip
COUNTRIES = ("ZA", "ZA", "ZA", "KE", "NG", "GH", "ZW")
ZONES = (
    "Africa/Johannesburg", "Africa/Johannesburg", "Africa/Johannesburg", "Africa/Nairobi",
    "Africa/Lagos", "Africa/Accra", "Africa/Harare",
)  # fmt: skip
"""Of the places, in their order, as the countries are."""

CATEGORIES = ("Programming", "Data Science", "Web Development", "Design", "Mathematics", "Business")
SUBJECTS = (
    "Python", "Statistics", "JavaScript", "Typography", "Linear Algebra", "Bookkeeping",
    "Databases", "Machine Learning", "Accessibility", "Drawing", "Probability", "Marketing",
)  # fmt: skip
"""Each of the category of its place, from the start again."""

WAYS = ("Introduction to", "Foundations of", "Practical", "Exercises in", "Teaching with")
CHAPTERS = ("Getting started", "First principles", "Into practice", "A project of one's own")
SKILLS = ("python", "sql", "react", "typescript", "figma", "excel", "pandas", "copywriting")
TASKS = ("Build a dashboard", "Clean up a data set", "Design a landing page", "Write a course text")
QUESTIONS = (
    "How do I begin?", "Why does this example fail?", "When would I use the other way?",
    "Can you show me a smaller step?",
)  # fmt: skip
ANSWERS = (
    "Begin with the smallest thing that you can run, and change one line at a time.",
    "Read the message from its end: it names the line and what was expected there.",
    "When the data no longer fits on one page; until then the simple way is the better one.",
    "Of course: leave out the loop first and do it once by hand.",
)  # fmt: skip
STYLES = ("visual", "auditory", "kinesthetic", "reading_writing", "mixed")
FEATURES = ("study groups", "the skills radar", "weekly goals", "offline lessons", "code reviews")
SERVICES = ("auth", "education", "mint", "forge", "sapiens", "family")
LOGGED = (
    ("INFO", "Request answered"),
    ("INFO", "Event delivered"),
    ("DEBUG", "Plan taken from the cache"),
    ("INFO", "Health check passed"),
    ("WARN", "Answer took longer than a second"),
    ("INFO", "Partition made"),
    ("INFO", "Session renewed"),
    ("ERROR", "Mail could not be delivered"),
)
