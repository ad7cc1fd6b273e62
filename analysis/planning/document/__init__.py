"""The Survey Plan as an official document: Kế hoạch khảo sát as DOCX and PDF, from its folder and what it is about."""
