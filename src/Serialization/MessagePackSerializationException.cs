namespace Consensus.Serialization;

/// <summary>
/// Bytes are not the MessagePack value that was asked for, or a value has no MessagePack form. It is the only exception
/// that input can cause; anything else that a reader throws is a defect.
/// </summary>
public sealed class MessagePackSerializationException : Exception
{
    /// <summary>Creates the exception with a general message.</summary>
    public MessagePackSerializationException()
        : base("The data is not valid MessagePack.")
    {
    }

    /// <summary>Creates the exception.</summary>
    public MessagePackSerializationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public MessagePackSerializationException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
