namespace Consensus.Raft.Messages;

/// <summary>A message of the Raft engine. Every one carries its sender's term, which is looked at first.</summary>
internal interface IRaftMessage
{
    /// <summary>The term of the sender (for a pre-vote: the term it would stand in).</summary>
    Term Term { get; }
}
