"""How a release becomes public: two people, the word of the rated offices, corrections that stay. Nothing commits."""
