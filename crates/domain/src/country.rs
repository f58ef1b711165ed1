//! Countries as the protocol knows them: ISO 3166 plus a few odd codes.
