using Consensus.Cli.Nodes;
using Consensus.Configuration;
using Consensus.Hosting;
using Consensus.Hosting.Binding;
using Consensus.Hybrid.Selection;

namespace Consensus.Cli.Selection;

/// <summary>The thresholds of the choice, as the configuration of a node has them.</summary>
internal static class ConfiguredThresholds
{
    /// <summary>Reads them: whether anything else in the file is in order does not matter here.</summary>
    /// <exception cref="UsageException">The file cannot be read, or its section <c>Selection</c> is not in order.</exception>
    public static SelectionThresholds Read(string path)
    {
        var options = new ConsensusOptions();
        var section = ConfigurationFile.Read(path).Settings.GetSection(ConfigurationFile.NodeSection);
        ConsensusOptionsBinder.Bind(section, options);
        var own = $"{options.Path}:{nameof(options.Selection)}";
        var problems = new SettingProblems();
        foreach (var sentence in options.BindingProblems.Sentences.Where(sentence => sentence.StartsWith(own, StringComparison.OrdinalIgnoreCase)))
        {
            problems.Add(sentence, sentence);
        }

        AnnotationRules.Check(options.Selection, own, problems);
        return problems.Sentences.Count == 0 ? options.Selection.ToThresholds() : throw new UsageException(string.Join(Environment.NewLine, problems.Sentences));
    }
}
