using Consensus.Configuration;
using Microsoft.Extensions.Configuration;

namespace Consensus.Client;

/// <summary>Fills the options of a client from its section of a configuration.</summary>
internal static class ConsensusClientOptionsBinder
{
    /// <summary>Fills <paramref name="options"/>; what went wrong is in <see cref="ConsensusClientOptions.BindingProblems"/>.</summary>
    public static void Bind(IConfigurationSection section, ConsensusClientOptions options)
    {
        options.Path = section.Path;
        if (!section.Exists())
        {
            options.BindingProblems.Add(section.Path, $"{section.Path} is missing; allowed: an object with the settings of a client.");
            return;
        }

        var binder = new SectionBinder(options.BindingProblems);
        binder.BindKeys(
            section,
            options,
            (nameof(options.Endpoints), list => binder.BindList(list, "addresses", item => options.Endpoints.Add(ReadEndpoint(binder, item, options.BindingProblems)))));
    }

    /// <summary>What is no address is a problem, and still takes its place in the list: the others keep their numbers.</summary>
    private static Uri ReadEndpoint(SectionBinder binder, IConfigurationSection item, SettingProblems problems)
    {
        if (binder.ReadText(item, EndpointRules.Allowed) is { } text)
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out var endpoint))
            {
                return endpoint;
            }

            problems.Add(item.Path, text, EndpointRules.Allowed);
        }

        return EndpointRules.Nowhere;
    }
}
