using System.Buffers;
using Consensus.Replication.Workflow;

namespace Consensus.Replication.Tests.Workflow;

/// <summary>Draws commands from a small world, so that they often meet: few ids, few states, few policies.</summary>
internal sealed class RandomWorkflow(int seed)
{
    private static readonly string[] Ids = ["a-1", "a-2", "a-3", "b-1", "b-2", "ü", ""];
    private static readonly string[] States = ["New", "Open", "Held", "Done"];
    private static readonly string[] Graphs = ["ticket", "claim", "none"];
    private static readonly string[] Names = ["p1", "p2", "p3", "\0"];
    private static readonly string[] Properties = ["amount", "owner", "note"];
    private static readonly string[] Values = ["", "1", "9", "10", "-5", "Ada", "Bob"];

    private readonly Random _random = new(seed);

    public int Next(int max) => _random.Next(max);

    public byte[] NextBytes()
    {
        var bytes = new ArrayBufferWriter<byte>();
        Next().WriteTo(bytes);
        return bytes.WrittenSpan.ToArray();
    }

    public WorkflowCommand Next() => _random.Next(12) switch
    {
        0 => new DeployOverlay(new Overlay(Pick(Names), (ulong)_random.Next(6), ValueList.From(Many(5, Element)))),
        1 => new Custom(Pick("bump", "misbehave", "unknown"), System.Text.Encoding.UTF8.GetBytes(Pick("reject", "succeed", "large-value", "a-1"))),
        _ => Element(),
    };

    public OverlayElement Element() => _random.Next(16) switch
    {
        < 4 => NewCase(),
        < 10 => Update(),
        10 => new RemoveCase(Pick(Ids)) { ExpectedRevision = Revision() },
        11 => new DefineGraph(Graph()),
        12 => new RemoveGraph(Pick(Graphs)),
        13 or 14 => new ApplyPolicy(RandomPolicy()),
        _ => new RemovePolicy(Pick(Names)),
    };

    private CreateCase NewCase()
    {
        var isDeployed = _random.Next(2) == 0;
        return new CreateCase(Pick(Ids))
        {
            Graph = isDeployed ? null : Graph(),
            DeployedGraph = isDeployed ? Pick(Graphs) : null,
            Properties = ValueList.From(Many(3, () => new Property(Pick(Properties), Pick(Values)))),
        };
    }

    private UpdateCaseState Update() => new(Pick(Ids), _random.Next(5) == 0 ? null : Pick(States))
    {
        Changes = ValueList.From(Many(3, () => _random.Next(3) == 0 ? PropertyChange.Remove(Pick(Properties)) : PropertyChange.Set(Pick(Properties), Pick(Values)))),
        ExpectedRevision = Revision(),
    };

    private ulong? Revision() => _random.Next(4) == 0 ? (ulong)_random.Next(4) : null;

    private CaseGraph Graph()
    {
        var graph = CaseGraph.Start(Pick(Graphs), "New");
        foreach (var (from, to) in Many(8, () => (Pick(States), Pick(States))))
        {
            // Now and then one that leaves the final state, which is not valid.
            graph = from == "Done" && _random.Next(10) > 0 ? graph : graph.Allow(from, to);
        }

        return _random.Next(4) == 0 ? graph : graph.End("Done");
    }

    private Policy RandomPolicy() => new(Pick(Names))
    {
        CasePrefix = Pick("", "a-", "b"),
        Graph = Pick("", "ticket", "claim"),
        From = ValueList.From(Many(2, () => Pick(States))),
        To = ValueList.From(Many(2, () => Pick(States))),
        Requires = ValueList.From(Many(3, Condition)),
    };

    private PolicyCondition Condition() => _random.Next(5) switch
    {
        0 => new PropertyExists(Pick(Properties)),
        1 => new PropertyAbsent(Pick(Properties)),
        2 => new PropertyMatches(Pick(Properties), (PropertyComparison)_random.Next(6), Pick(Values)),
        3 => new PropertyNumber(Pick(Properties), (PropertyComparison)_random.Next(6), _random.Next(-10, 20)),
        _ => new CasesInStateBelow((ulong)_random.Next(4)),
    };

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];

    private List<T> Many<T>(int max, Func<T> make)
    {
        var list = new List<T>();
        for (var count = _random.Next(max + 1); count > 0; count--)
        {
            list.Add(make());
        }

        return list;
    }
}
