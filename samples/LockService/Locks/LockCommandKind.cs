namespace Consensus.Samples.Locks;

/// <summary>What a command asks for. The numbers are in the log: they never change their meaning, and none is ever used again.</summary>
public enum LockCommandKind : byte
{
    /// <summary>Takes a lock, or keeps it for longer.</summary>
    Acquire = 1,

    /// <summary>Gives a lock back.</summary>
    Release = 2,

    /// <summary>Lets every replica use the next format, from this command on.</summary>
    RaiseFormat = 3,
}
