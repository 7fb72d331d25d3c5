namespace Consensus.Samples.Locks;

/// <summary>Why the machine said no. The numbers are in answers: they never change their meaning.</summary>
public enum LockRejection : byte
{
    /// <summary>It did not.</summary>
    None = 0,

    /// <summary>The bytes are no command or query of this machine.</summary>
    Malformed = 1,

    /// <summary>A name or an owner has too few or too many bytes, or the time is too short or too long.</summary>
    OutOfBounds = 2,

    /// <summary>Somebody else has the lock.</summary>
    Held = 3,

    /// <summary>Whoever wants to release it does not have it.</summary>
    NotHeld = 4,

    /// <summary>There are as many locks as there may be.</summary>
    Full = 5,

    /// <summary>The format is used already, or is not the next one.</summary>
    NotTheNextFormat = 6,
}
