namespace Consensus.Engine;

/// <summary>What a command entry asks for. The numbers are part of the log's format.</summary>
public enum CommandKind : byte
{
    /// <summary>A new session, whose identity is the entry's index.</summary>
    OpenSession = 1,

    /// <summary>A command for the state machine.</summary>
    Command = 2,
}
