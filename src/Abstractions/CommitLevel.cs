namespace Consensus;

/// <summary>What a caller waits for before a command counts as done.</summary>
public enum CommitLevel
{
    /// <summary>It is committed as the running engine counts it. Survives whatever that engine survives: with Raft, crashes.</summary>
    Committed = 0,

    /// <summary>
    /// It also survives up to ⌊(n−1)/3⌋ members that lie. With PBFT and HotStuff that is the same; in a hybrid that runs Raft, so many members must have signed and put on disk that they have applied it, which takes up to
    /// a tenth of a second by default. For commands that must not be lost even if a member turns out to be malicious.
    /// </summary>
    Certified = 1,
}
