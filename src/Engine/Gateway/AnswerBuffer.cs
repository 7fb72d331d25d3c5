using System.Buffers;

namespace Consensus.Engine;

/// <summary>
/// Where one answer after the other is written: a buffer that has grown already, so that each answer costs its own bytes and no more.
/// </summary>
internal sealed class AnswerBuffer
{
    /// <summary>The buffer is kept up to this size, so that a large answer does not fill the memory for good.</summary>
    private const int KeptMax = 64 * 1024;

    private ArrayBufferWriter<byte> _bytes = new();

    /// <summary>Begins an answer.</summary>
    public IBufferWriter<byte> Begin()
    {
        _bytes.ResetWrittenCount();
        return _bytes;
    }

    /// <summary>Ends it.</summary>
    /// <returns>The answer; nobody else has its memory.</returns>
    public ReadOnlyMemory<byte> End()
    {
        if (_bytes.Capacity <= KeptMax)
        {
            return _bytes.WrittenSpan.ToArray();
        }

        var answer = _bytes.WrittenMemory;
        _bytes = new ArrayBufferWriter<byte>();
        return answer;
    }
}
