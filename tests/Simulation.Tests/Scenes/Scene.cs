using Consensus.Simulation.Clients;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.Scenes;

/// <summary>
/// A group that a test leads into one situation: nothing is drawn but times, and all checkers look on. What it waits for must come within a
/// bound of virtual time, which is never what a test is about.
/// </summary>
internal sealed class Scene
{
    private const string Key = "scene";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly int _seed;
    private readonly SimulationRun _run;
    private readonly Reigns _reigns;
    private long _written;

    /// <summary>Begins a group without faults, and waits for its leader.</summary>
    public Scene(int seed, SimulationOptions options)
    {
        _seed = seed;
        _run = new SimulationRun((ulong)seed, options with { Faults = FaultSet.None });
        _reigns = new Reigns(World.Agenda);
        World.Add(_reigns);
        _run.Start();
        WaitFor(() => World.Leader() is not null, "somebody leads");
    }

    public World World => _run.World;

    public IReadOnlyList<SimulatedNode> Nodes => World.Nodes;

    public SimulatedNode Leader => World.Leader() ?? throw new AssertionException($"seed {_seed}: nobody leads");

    public IEnumerable<SimulatedNode> Followers => Nodes.Where(node => node != Leader);

    /// <summary>Who has led since the beginning.</summary>
    public IReadOnlyList<Reign> Reigns => _reigns.All;

    /// <summary>Lets time pass until something has come.</summary>
    public void WaitFor(Func<bool> hasCome, string what)
    {
        var end = World.Agenda.Now + WaitMax;
        while (!hasCome())
        {
            Pass(Look);
            Assert.That(World.Agenda.Now, Is.LessThan(end), $"seed {_seed}: {what}");
        }
    }

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan time) => Assert.That(World.Run(time), Is.True, $"seed {_seed}: {string.Join(", ", World.Violations)}");

    /// <summary>A caller at a node proposes a command that nobody else does, and waits for its end.</summary>
    /// <param name="node">Who is asked, once.</param>
    /// <param name="padding">How large the command is.</param>
    public ProposeResult Propose(SimulatedNode node, int padding = 0)
    {
        var call = World.Clients.Begin(World.Clients.NextProcess(), RegisterOperation.Write(Key, ++_written, padding));
        call.Attempts++;
        var result = Await(node, node.Replica!.ProposeAsync(call.Operation.Content, new ProposeOptions(Patience)));
        call.Index = result.Index;
        call.Result = result.Result;
        World.Clients.Complete(call, result.Status switch
        {
            ProposeStatus.Applied => CallOutcome.Applied,
            ProposeStatus.Rejected => CallOutcome.Rejected,
            ProposeStatus.Refused => CallOutcome.Refused,
            ProposeStatus.Unknown => CallOutcome.Unknown,
        });
        return result;
    }

    /// <summary>A caller at a node asks for a linearizable read.</summary>
    public QueryResult Read(SimulatedNode node)
    {
        var call = World.Clients.Begin(World.Clients.NextProcess(), RegisterOperation.Read(Key));
        call.Attempts++;
        var result = Await(node, node.Replica!.QueryAsync(call.Operation.Content));
        call.Index = result.Index;
        call.Result = result.Result;
        World.Clients.Complete(call, result.IsAnswered ? CallOutcome.Applied : CallOutcome.Refused);
        return result;
    }

    private T Await<T>(SimulatedNode node, ValueTask<T> task)
        where T : struct
    {
        T? answer = null;
        node.Calls.Add(task, World.Agenda.Now + (2 * Patience), (result, isAnswered) =>
        {
            Assert.That(isAnswered, Is.True, $"seed {_seed}: node {node.Id} answers");
            answer = result;
        });
        WaitFor(() => answer is not null, $"node {node.Id} answers");
        return answer!.Value;
    }
}
