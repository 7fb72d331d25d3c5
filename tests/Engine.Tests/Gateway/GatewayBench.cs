namespace Consensus.Engine.Tests.Gateway;

/// <summary>A gateway whose loop, clock, core and applier are the test.</summary>
internal sealed class GatewayBench
{
    public static readonly NodeId Self = new(1);
    public static readonly NodeId Other = new(2);

    private readonly List<CommandToCertify> _committed = [];
    private readonly List<(PendingCommand Command, RefusalReason Reason)> _withoutEffect = [];
    private readonly List<ClientId> _opened = [];
    private ulong _index = 1;

    public GatewayBench(ReplicaOptions? options = null, ulong seed = 1)
    {
        Gateway = new CommandGateway(Self, options ?? new ReplicaOptions(), seed, _opened.Add, (command, reason) => _withoutEffect.Add((command, reason)), (command, result) => _committed.Add(new CommandToCertify(command, result)));
    }

    public CommandGateway Gateway { get; }

    /// <summary>The commands that are committed and whose callers wait for more than that.</summary>
    public IReadOnlyList<CommandToCertify> ToCertify => _committed;

    public PendingCommandPool Pool { get; } = new(new ReplicaMetrics(Self, TimeProvider.System));

    public Ticks Now { get; set; }

    /// <summary>The result of a command that must have ended: to wait for one that has not would never end.</summary>
    public static ProposeResult Completed(Task<ProposeResult> result)
    {
        Assert.That(result.Wait(Hosting.ReplicaBench.Hang), Is.True, "the caller still waits");
        return result.Result;
    }

    /// <summary>A caller proposes a command.</summary>
    public Task<ProposeResult> Propose(
        byte body = 0,
        RequestId request = default,
        TimeSpan timeout = default,
        CommandKind kind = CommandKind.Command,
        byte[]? credential = null,
        CommitLevel waitFor = CommitLevel.Committed,
        CancellationToken token = default)
    {
        var command = Pool.Rent();
        command.Begin(kind, credential, kind == CommandKind.OpenSessionWithKey ? [] : [body], request, 0, timeout == default ? TimeSpan.FromSeconds(5) : timeout, waitFor, token);
        var task = command.AsTask().AsTask();
        Gateway.Accept(Now, command);
        return task;
    }

    /// <summary>What the loop does once per turn.</summary>
    /// <returns>What the core is given to propose.</returns>
    public IReadOnlyList<Proposed> Turn(TimeSpan after = default)
    {
        Now += after;
        Gateway.OnTime(Now);
        var proposals = Gateway.Proposals.ToArray().Select(Proposed.Of).ToArray();
        Gateway.EndTurn();
        return proposals;
    }

    public void Elect(NodeId leader, ulong term = 1) => Gateway.OnLeader(Now, leader, term);

    public void Refuse(Proposed proposal, RefusalReason reason) => Gateway.OnRefused(Now, proposal.Ticket, reason);

    /// <summary>The log has committed a proposal, and the applier applies it.</summary>
    public void Commit(Proposed proposal, CommandOutcome? outcome = null, byte[]? result = null)
    {
        _index++;
        var opens = proposal.Kind is CommandKind.OpenSession or CommandKind.OpenSessionWithKey;
        Gateway.Results.OnCommandApplied(
            Convert.FromHexString(proposal.Payload),
            new AppliedCommand(
                proposal.Request,
                outcome ?? (opens ? CommandOutcome.SessionOpened : CommandOutcome.Applied),
                new LogIndex(_index),
                result ?? [proposal.Body]));
        foreach (var client in _opened)
        {
            Gateway.OnSessionOpened(Now, client);
        }

        foreach (var (command, reason) in _withoutEffect)
        {
            Gateway.OnNoEffect(Now, command, reason);
        }

        _opened.Clear();
        _withoutEffect.Clear();
    }

    /// <summary>Elects a leader and opens the replica's own session.</summary>
    public GatewayBench Ready(NodeId? leader = null)
    {
        Elect(leader ?? Other);
        var first = Propose();
        Commit(Turn().Single());
        Commit(Turn().Single());
        Assert.That(first.Result.IsApplied, Is.True);
        return this;
    }
}
