using Consensus.Configuration;
using Microsoft.Extensions.Options;

namespace Consensus.Hosting.Validation;

/// <summary>Checks all settings of a node and reports all problems at once.</summary>
internal sealed class ConsensusOptionsValidator : IValidateOptions<ConsensusOptions>
{
    private readonly EngineCatalogue _engines;

    private readonly SigningRules _signing;

    public ConsensusOptionsValidator(EngineCatalogue engines, SignatureLibrary library)
    {
        _engines = engines;
        _signing = new SigningRules(library);
    }

    public ValidateOptionsResult Validate(string? name, ConsensusOptions options)
    {
        var problems = new SettingProblems();
        problems.AddAll(options.BindingProblems);
        if (problems.Has(options.Path))
        {
            // There is no section: that all of its keys are missing need not be said as well.
            return ValidateOptionsResult.Fail(problems.Sentences);
        }

        ValueRules.Check(options, problems);
        MemberRules.Check(options, problems);
        AddressBookRules.Check(options, problems);
        var signs = _engines.Signs(options.EngineName);
        _signing.Check(options, signs, problems);
        HybridRules.Check(options, problems);
        CombinationRules.Check(options, _engines.DemandsOf(options), signs, problems);
        SelectionRules.Check(options, _engines, problems);
        return problems.Sentences.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems.Sentences);
    }
}
