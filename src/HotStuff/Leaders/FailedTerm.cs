namespace Consensus.HotStuff.Leaders;

/// <summary>A term that its leader did not bring to its end.</summary>
/// <param name="Leader">The leader.</param>
/// <param name="Term">The term.</param>
internal readonly record struct FailedTerm(NodeId Leader, ulong Term);
