//! Small text rules shared by parsers and pages.
