using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Consensus.Client.Events;

/// <summary>Reads server-sent events (WHATWG HTML, section 9.2.6) from a stream of bytes. An event is bounded; a longer one is an error.</summary>
/// <remarks>Lines end with a line feed, or a carriage return and a line feed; a carriage return alone, which nobody sends, is part of its line.</remarks>
internal sealed class ServerSentEventReader(Stream stream, int eventBytesMax) : IAsyncDisposable
{
    private readonly PipeReader _bytes = PipeReader.Create(stream);
    private readonly ArrayBufferWriter<byte> _data = new();
    private string _name = "";
    private bool _isFirstLine = true;

    /// <summary>The last id that was seen; an event without one keeps it.</summary>
    public string LastId { get; private set; } = "";

    /// <summary>Waits for the next event.</summary>
    /// <param name="heard">Called each time anything arrives, be it a comment.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The event, or <see langword="null"/> at the end of the stream.</returns>
    /// <exception cref="InvalidDataException">A line, or an event, is longer than allowed.</exception>
    public async ValueTask<ServerSentEvent?> ReadAsync(Action heard, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _bytes.ReadAsync(cancellationToken).ConfigureAwait(false);
            heard();
            var rest = read.Buffer;
            var found = TakeEvent(ref rest);
            if (found is null && rest.Length > eventBytesMax)
            {
                throw new InvalidDataException($"A line of the stream is longer than {eventBytesMax:N0} bytes.");
            }

            _bytes.AdvanceTo(rest.Start, found is null ? rest.End : rest.Start);
            if (found is not null || read.IsCompleted)
            {
                return found;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _bytes.CompleteAsync();

    private ServerSentEvent? TakeEvent(ref ReadOnlySequence<byte> bytes)
    {
        while (bytes.PositionOf((byte)'\n') is { } end)
        {
            var line = bytes.Slice(0, end);
            bytes = bytes.Slice(bytes.GetPosition(1, end));
            if (Take(line.IsSingleSegment ? line.FirstSpan : line.ToArray()) is { } complete)
            {
                return complete;
            }
        }

        return null;
    }

    private ServerSentEvent? Take(ReadOnlySpan<byte> line)
    {
        line = line is [.., (byte)'\r'] ? line[..^1] : line;
        if (_isFirstLine)
        {
            _isFirstLine = false;
            line = line.StartsWith("\uFEFF"u8) ? line[3..] : line;
        }

        if (line.IsEmpty)
        {
            return Dispatch();
        }

        var colon = line.IndexOf((byte)':');
        var field = colon < 0 ? line : line[..colon];
        var value = colon < 0 ? [] : line[(colon + 1)..];
        value = value is [(byte)' ', ..] ? value[1..] : value;
        if (field.SequenceEqual("data"u8))
        {
            Append(value);
        }
        else if (field.SequenceEqual("event"u8))
        {
            _name = Encoding.UTF8.GetString(value);
        }
        else if (field.SequenceEqual("id"u8) && !value.Contains((byte)0))
        {
            LastId = Encoding.UTF8.GetString(value);
        }

        return null;
    }

    private void Append(ReadOnlySpan<byte> value)
    {
        if (_data.WrittenCount + value.Length > eventBytesMax)
        {
            throw new InvalidDataException($"An event of the stream is longer than {eventBytesMax:N0} bytes.");
        }

        _data.Write(value);
        _data.Write("\n"u8);
    }

    /// <summary>An event without data is none.</summary>
    private ServerSentEvent? Dispatch()
    {
        var name = _name.Length == 0 ? "message" : _name;
        _name = "";
        if (_data.WrittenCount == 0)
        {
            return null;
        }

        var data = _data.WrittenSpan[..^1].ToArray();
        _data.ResetWrittenCount();
        return new ServerSentEvent(name, data);
    }
}
