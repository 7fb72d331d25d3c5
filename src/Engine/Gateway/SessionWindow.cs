namespace Consensus.Engine;

/// <summary>
/// The commands of the replica's own session that are under way, by sequence number: at most as many as there are slots between the
/// lowest and the next. Safe to use from the loop and the applier's thread.
/// </summary>
/// <remarks>
/// A lock, and not one exchange per slot: between looking at a command and taking it out it could be finished, reused, and put into the
/// same slot under another number, and would then get the result of the first.
/// </remarks>
internal sealed class SessionWindow
{
    private readonly Lock _lock = new();
    private readonly PendingCommand?[] _slots;

    /// <param name="size">The number of slots; a power of two.</param>
    /// <param name="first">The first sequence number.</param>
    public SessionWindow(int size, ulong first)
    {
        _slots = new PendingCommand?[size];
        Lowest = first;
        Next = first;
    }

    /// <summary>The lowest number whose result is awaited. Moved by <see cref="Advance"/> only, on the loop.</summary>
    public ulong Lowest { get; private set; }

    /// <summary>The number that the next command gets. Loop only.</summary>
    public ulong Next { get; private set; }

    /// <summary>Whether no slot may be used until the lowest number has its result. Loop only.</summary>
    public bool IsFull => Next - Lowest >= (ulong)_slots.Length;

    /// <summary>Whether nothing is under way, as far as <see cref="Advance"/> has seen. Loop only.</summary>
    public bool IsEmpty => Next == Lowest;

    /// <summary>Numbers a command in a session, and puts it in.</summary>
    /// <returns>Its number.</returns>
    public ulong Add(PendingCommand command, ClientId client)
    {
        var sequence = Next++;
        lock (_lock)
        {
            command.Assign(new RequestId(client, sequence), Lowest);
            Slot(sequence) = command;
        }

        return sequence;
    }

    /// <summary>Finds a command and becomes one of its owners.</summary>
    public PendingCommand? Hold(ulong sequence)
    {
        lock (_lock)
        {
            if (Slot(sequence) is not { } command || command.Request.Sequence != sequence)
            {
                return null;
            }

            command.Hold();
            return command;
        }
    }

    /// <summary>Takes out the command with that identity, if it is there.</summary>
    public PendingCommand? Take(RequestId request)
    {
        lock (_lock)
        {
            ref var slot = ref Slot(request.Sequence);
            if (slot is not { } command || command.Request != request)
            {
                return null;
            }

            slot = null;
            return command;
        }
    }

    /// <summary>Moves <see cref="Lowest"/> past what has its result.</summary>
    public void Advance()
    {
        lock (_lock)
        {
            while (Lowest < Next && Slot(Lowest) is null)
            {
                Lowest++;
            }
        }
    }

    /// <summary>Takes out everything.</summary>
    public IReadOnlyList<PendingCommand> TakeAll()
    {
        lock (_lock)
        {
            var all = _slots.OfType<PendingCommand>().ToArray();
            Array.Clear(_slots);
            return all;
        }
    }

    private ref PendingCommand? Slot(ulong sequence) => ref _slots[sequence & (ulong)(_slots.Length - 1)];
}
