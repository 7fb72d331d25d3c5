namespace Consensus.Engine;

/// <summary>The disk is full, or has space again. Small records (terms, votes) still fit; entries do not.</summary>
/// <param name="AcceptsWrites">Whether entries fit.</param>
public sealed record SpaceChanged(bool AcceptsWrites) : Input;
