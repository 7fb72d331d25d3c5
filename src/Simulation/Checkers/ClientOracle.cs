using Consensus.Simulation.Clients;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// What must hold of values that are each written once, seen from the clients alone, without a search: nobody reads what nobody wrote, or
/// what was refused or rejected; what is known to be overwritten never comes back; and what was acknowledged is not absent unless somebody
/// removed it. Monotonic reads and reading one's own writes follow (openraft's oracle, <c>tests-turmoil</c>; Knossos' set and counter checks
/// are of the same kind).
/// </summary>
/// <remarks>
/// A value is known to have been there from the end of the first call that shows it: a read of it, or its own acknowledged write. It is known
/// to be gone from the end of a call that shows another value, and began when the value was known: reads that overlap the write may go one
/// way or the other, and the end of the write alone says nothing of its order with a read that overlaps both. An absence is excused by any
/// removal that may lie behind the write: one whose client gave up before the write began may still take effect after it.
/// </remarks>
internal sealed class ClientOracle : Checker
{
    private readonly Dictionary<string, Register> _registers = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override string Name => "client oracle";

    /// <inheritdoc/>
    public override bool KnowsAllCommands => true;

    /// <inheritdoc/>
    public override void OnInvoked(ClientCall call)
    {
        if (call.Operation is RegisterOperation { IsQuery: false } operation)
        {
            var register = RegisterOf(operation.Key);
            if (operation.Value is { } value)
            {
                register.Writes.Add(value, new Write(call));
            }
            else
            {
                register.Removals.Add(call);
            }
        }
    }

    /// <inheritdoc/>
    public override void OnCompleted(ClientCall call)
    {
        if (call.Operation is not RegisterOperation operation)
        {
            return;
        }

        var register = RegisterOf(operation.Key);
        if (operation.IsQuery)
        {
            if (call.Outcome == CallOutcome.Applied)
            {
                OnRead(register, call, RegisterOperation.ValueOf(call.Result));
            }
        }
        else if (call.Outcome == CallOutcome.Applied)
        {
            OnShown(register, call, operation.Value);
        }
        else if (call.Outcome is CallOutcome.Refused or CallOutcome.Rejected && operation.Value is { } value && register.Writes[value].ShownBy is { } reader)
        {
            Report($"a write without effect was read: {call}; read before by {reader}");
        }
    }

    private void OnRead(Register register, ClientCall read, long? found)
    {
        if (found is not { } value)
        {
            CheckAbsence(register, read);
        }
        else if (!register.Writes.TryGetValue(value, out var write))
        {
            Report($"phantom: nobody wrote the {value} of {read}");
            return;
        }
        else if (write.Call is { IsCompleted: true, Outcome: CallOutcome.Refused or CallOutcome.Rejected })
        {
            Report($"a write without effect was read as {value}: {write.Call}; read by {read}");
        }
        else if (write.GoneBy is { } gone && gone.Completed < read.Invoked)
        {
            Report($"{WhatCameBack(write, gone, read)}: value {value} is read by {read}; it was overwritten, as shown by {gone}; written by {write.Call}");
        }

        OnShown(register, read, found);
    }

    private static string WhatCameBack(Write write, ClientCall gone, ClientCall read)
    {
        if (gone.Process == read.Process)
        {
            return gone.Operation.IsQuery ? "reads of one client go back" : "a client does not read its own write";
        }

        return write.ShownBy is null ? "stale read" : "a value came back";
    }

    /// <summary>A call has shown that a value, or none, was in the register at some time between its beginning and its end.</summary>
    private static void OnShown(Register register, ClientCall call, long? value)
    {
        foreach (var other in register.Present.ToArray())
        {
            if (other.Call.Operation is RegisterOperation { Value: var present } && present != value && other.KnownBy!.Completed < call.Invoked)
            {
                other.GoneBy = call;
                register.Present.Remove(other);
            }
        }

        if (value is { } number)
        {
            var write = register.Writes[number];
            if (call.Operation.IsQuery)
            {
                write.ShownBy ??= call;
            }

            if (write.KnownBy is null)
            {
                write.KnownBy = call;
                register.Present.Add(write);
            }
        }
    }

    private void CheckAbsence(Register register, ClientCall read)
    {
        var known = register.Writes.Values.Where(write => write.KnownBy is { } by && by.Completed < read.Invoked).MaxBy(write => write.Call.Invoked);
        if (known is null)
        {
            return;
        }

        var isExcused = register.Removals.Any(removal =>
            !removal.IsCompleted || removal.Outcome switch
            {
                CallOutcome.Applied => removal.Completed > known.Call.Invoked,
                CallOutcome.Unknown => true,
                CallOutcome.Rejected or CallOutcome.Refused => false,
            });
        if (!isExcused)
        {
            Report($"lost: {read} finds nothing; {known.Call} was known to have taken effect, and nobody can have removed it since");
        }
    }

    private Register RegisterOf(string key)
    {
        if (!_registers.TryGetValue(key, out var register))
        {
            _registers.Add(key, register = new Register());
        }

        return register;
    }

    private sealed class Register
    {
        public SortedDictionary<long, Write> Writes { get; } = [];

        /// <summary>Values that are known to have been there, and not known to be gone.</summary>
        public List<Write> Present { get; } = [];

        /// <summary>Calls that may leave the register without a value.</summary>
        public List<ClientCall> Removals { get; } = [];
    }

    /// <summary>The one write of a value.</summary>
    private sealed class Write(ClientCall call)
    {
        public ClientCall Call => call;

        /// <summary>The first call whose end shows that the value was there.</summary>
        public ClientCall? KnownBy { get; set; }

        /// <summary>The first read of it.</summary>
        public ClientCall? ShownBy { get; set; }

        /// <summary>The first call whose end shows that the value is there no more.</summary>
        public ClientCall? GoneBy { get; set; }
    }
}
