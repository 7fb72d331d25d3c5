namespace Consensus.Engine;

/// <summary>What a command entry asks for. The numbers are part of the log's format.</summary>
public enum CommandKind : byte
{
    /// <summary>A new session, whose identity is the entry's index.</summary>
    OpenSession = 1,

    /// <summary>A command for the state machine.</summary>
    Command = 2,

    /// <summary>A new session, whose commands are to be signed with the key that it comes with.</summary>
    OpenSessionWithKey = 3,

    /// <summary>A command for the state machine, signed by the owner of its session.</summary>
    SignedCommand = 4,

    /// <summary>The end of the epoch, if its body says so rightly. The state machine has nothing to do with it.</summary>
    Seal = 5,
}
