namespace Consensus.Engine;

/// <summary>
/// Commands whose callers keep a session of their own. Two callers may wait for the same command, so one request can have several. Safe to
/// use from the loop and the applier's thread.
/// </summary>
/// <param name="first">The number of the first command is one more.</param>
internal sealed class CallerCommands(ulong first)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<ulong, PendingCommand> _byNumber = [];
    private readonly Dictionary<RequestId, List<ulong>> _byRequest = [];
    private ulong _last = first;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public ulong Add(PendingCommand command)
    {
        lock (_lock)
        {
            _byNumber.Add(++_last, command);
            if (!_byRequest.TryGetValue(command.Request, out var numbers))
            {
                _byRequest.Add(command.Request, numbers = []);
            }

            numbers.Add(_last);
            _count++;
            return _last;
        }
    }

    /// <summary>Finds a command and becomes one of its owners.</summary>
    public PendingCommand? Hold(ulong number)
    {
        lock (_lock)
        {
            var command = _byNumber.GetValueOrDefault(number);
            command?.Hold();
            return command;
        }
    }

    public bool Remove(ulong number)
    {
        lock (_lock)
        {
            if (!_byNumber.Remove(number, out var command))
            {
                return false;
            }

            var numbers = _byRequest[command.Request];
            numbers.Remove(number);
            if (numbers.Count == 0)
            {
                _byRequest.Remove(command.Request);
            }

            _count--;
            return true;
        }
    }

    /// <summary>
    /// Takes out everybody who waits for the outcome of a command. Who waits for a session to be opened goes on waiting: such a request has a number, too, which is no session's, and a command may bear it all the same.
    /// </summary>
    public IReadOnlyList<PendingCommand> TakeAll(RequestId request) =>
        Count == 0 ? (IReadOnlyList<PendingCommand>)[] : TakeAll(request, static (command, _) => !command.IsOpening, default);

    /// <summary>Takes out everybody who has proposed these very bytes for a request. Others who wait for it go on waiting.</summary>
    public IReadOnlyList<PendingCommand> TakeAll(RequestId request, ReadOnlySpan<byte> payload) =>
        Count == 0 ? (IReadOnlyList<PendingCommand>)[] : TakeAll(request, static (command, payload) => command.Payload.Span.SequenceEqual(payload), payload);

    private List<PendingCommand> TakeAll(RequestId request, Func<PendingCommand, ReadOnlySpan<byte>, bool> isMeant, ReadOnlySpan<byte> payload)
    {
        lock (_lock)
        {
            if (!_byRequest.TryGetValue(request, out var numbers))
            {
                return [];
            }

            var commands = new List<PendingCommand>(numbers.Count);
            for (var i = 0; i < numbers.Count;)
            {
                // The gateway owns what is in the table, so its bytes are what they were at its beginning.
                var command = _byNumber[numbers[i]];
                if (!isMeant(command, payload))
                {
                    i++;
                    continue;
                }

                commands.Add(command);
                _byNumber.Remove(numbers[i]);
                numbers.RemoveAt(i);
            }

            _count -= commands.Count;
            if (numbers.Count == 0)
            {
                _byRequest.Remove(request);
            }

            return commands;
        }
    }

    /// <summary>Becomes an owner of every command; each is to be released.</summary>
    /// <returns>All, in the order of their arrival.</returns>
    public IReadOnlyList<KeyValuePair<ulong, PendingCommand>> HoldAll()
    {
        if (Count == 0)
        {
            return [];
        }

        lock (_lock)
        {
            foreach (var command in _byNumber.Values)
            {
                command.Hold();
            }

            return [.. _byNumber];
        }
    }
}
