package holder

// Fold rebuilds a standing from its stream, for tests that hold it against the
// stored one.
var Fold = fold
