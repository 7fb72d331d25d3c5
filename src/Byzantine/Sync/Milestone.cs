using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>Where a log stands after a block.</summary>
/// <param name="Number">The block.</param>
/// <param name="Position">Its last entry.</param>
internal readonly record struct Milestone(SequenceNumber Number, LogPosition Position);
