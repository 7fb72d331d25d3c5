using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Byzantine;

/// <summary>Reads what a replica has saved in slots of its own write-ahead log.</summary>
internal static class SlotValues
{
    public delegate T Reading<out T>(ref MessagePackReader reader);

    /// <summary>Reads a slot.</summary>
    /// <param name="what">What it has, for the error.</param>
    /// <param name="value">Its bytes.</param>
    /// <param name="read">Reads the fields.</param>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.StorageCorrupt"/>: the bytes are something else.</exception>
    public static T Read<T>(string what, ReadOnlyMemory<byte> value, Reading<T> read)
    {
        try
        {
            var reader = new MessagePackReader(value);
            return read(ref reader);
        }
        catch (Exception exception) when (exception is MessagePackSerializationException or MessageFormatException)
        {
            throw new ConsensusException(ConsensusFailure.StorageCorrupt, $"The log's {what} cannot be read: {exception.Message}", exception);
        }
    }
}
