namespace Consensus.Replication.Workflow;

/// <summary>A valid state graph, prepared for the questions that applying a command asks.</summary>
internal sealed class CompiledGraph
{
    private readonly Dictionary<string, ValueList<string>> _next = new(StringComparer.Ordinal);
    private readonly HashSet<CaseTransition> _transitions;
    private readonly HashSet<string> _final;

    public CompiledGraph(Digest digest, CaseGraph graph)
    {
        Digest = digest;
        Graph = graph;
        _transitions = [.. graph.Transitions];
        _final = new HashSet<string>(graph.Final, StringComparer.Ordinal);
        foreach (var state in graph.States)
        {
            _next[state] = ValueList.From(graph.Transitions.Where(transition => transition.From == state).Select(transition => transition.To));
        }
    }

    public Digest Digest { get; }

    public CaseGraph Graph { get; }

    public bool Has(string state) => _next.ContainsKey(state);

    public bool Allows(string from, string to) => _transitions.Contains(new CaseTransition(from, to));

    public bool IsFinal(string state) => _final.Contains(state);

    public ValueList<string> Next(string state) => _next.GetValueOrDefault(state);
}
