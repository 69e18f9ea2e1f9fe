//! The report as Markdown, as LaTeX (booktabs), and the Python that gives the same.

use super::words::{number, percent};
use super::{CoefficientReport, RegressionReport};

impl RegressionReport {
    /// Headline, table of coefficients, statistics and sentences, in GitHub's Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text =
            format!("# Regression of {}\n\n{}\n\n", escape_markdown(&self.target), escape_markdown(&self.headline()));
        let header = self.header();
        text.push_str(&format!(
            "| {} |\n|{}\n",
            header.join(" | "),
            " --- | --: | --: | --: | --: | --: | --: | --: | --: |"
        ));
        for coefficient in &self.coefficients {
            text.push_str(&format!(
                "| {} | {} |\n",
                escape_markdown(&coefficient.name),
                cells(coefficient, "–").join(" | ")
            ));
        }
        text.push_str("\n| Statistic | Value |\n| --- | --: |\n");
        for (name, value) in self.statistics() {
            text.push_str(&format!("| {name} | {value} |\n"));
        }
        text.push('\n');
        for sentence in self.sentences().iter().skip(1) {
            text.push_str(&format!("- {}\n", escape_markdown(sentence)));
        }
        text
    }

    /// Two tables for a document that loads the package booktabs; names are escaped.
    #[must_use]
    pub fn latex(&self) -> String {
        let header: Vec<String> = self.header().iter().map(|name| escape_latex(name)).collect();
        let mut text = String::from("% \\usepackage{booktabs}\n\\begin{table}\n\\centering\n");
        let weighted = self.weights.as_ref().map_or_else(String::new, |weights| format!(", weighted by {weights}"));
        let title = escape_latex(&format!("{}{weighted}", self.target));
        text.push_str(&format!("\\caption{{Regression of {title}}}\n"));
        text.push_str(&format!("\\begin{{tabular}}{{lrrrrrrrr}}\n\\toprule\n{} \\\\\n\\midrule\n", header.join(" & ")));
        for coefficient in &self.coefficients {
            let cells: Vec<String> = cells(coefficient, "--").iter().map(|cell| latex_number(cell)).collect();
            text.push_str(&format!("{} & {} \\\\\n", escape_latex(&coefficient.name), cells.join(" & ")));
        }
        text.push_str("\\bottomrule\n\\end{tabular}\n\n\\medskip\n\\begin{tabular}{lr}\n\\toprule\n");
        for (name, value) in self.statistics() {
            text.push_str(&format!("{} & {} \\\\\n", escape_latex(name), latex_number(&value)));
        }
        text.push_str("\\bottomrule\n\\end{tabular}\n\\end{table}\n");
        text
    }

    /// statsmodels code that prints the same numbers from `X_train` and `y_train`, and of a weighted fit `w_train`.
    #[must_use]
    pub fn python(&self) -> String {
        if self.weights.is_some() { self.weighted_python() } else { self.plain_python() }
    }

    fn weighted_python(&self) -> String {
        let alpha = number(((1.0 - self.confidence) * 1e9).round() / 1e9);
        let (design, first) =
            if self.fit_intercept { ("sm.add_constant(X_train, has_constant=\"add\")", 1) } else { ("X_train", 0) };
        let breusch_pagan =
            if self.fit_intercept { "print(het_breuschpagan(wls.wresid, X))  # LM, p, F, p\n" } else { "" };
        format!(
            "import numpy as np\n\
             import statsmodels.api as sm\n\
             from statsmodels.stats.diagnostic import het_breuschpagan\n\n\
             X = np.asarray({design})\n\
             wls = sm.WLS(y_train, X, weights=w_train).fit()\n\
             print(wls.summary(alpha={alpha}))\n\
             print(wls.get_robustcov_results(\"HC3\").bse)\n\
             {breusch_pagan}\
             others = [sm.WLS(X[:, j], np.delete(X, j, axis=1), weights=w_train).fit() for j in range({first}, X.shape[1])]\n\
             print([1 / (1 - other.rsquared) for other in others])  # variance inflation factors\n\
             # Influence is least squares', so it is asked of the rows scaled by the roots of their weights.\n\
             scaled = sm.OLS(wls.model.wendog, wls.model.wexog).fit()\n\
             print(scaled.get_influence().summary_frame().nlargest({}, \"cooks_d\"))\n\
             print(wls.get_prediction(X[:5], weights=np.mean(w_train)).summary_frame(alpha={alpha}))\n",
            self.influential.len()
        )
    }

    fn plain_python(&self) -> String {
        let alpha = number(((1.0 - self.confidence) * 1e9).round() / 1e9);
        let (design, breusch_pagan) = if self.fit_intercept {
            (
                "X = sm.add_constant(X_train, has_constant=\"add\")",
                "print(het_breuschpagan(ols.resid, X))  # LM, p, F, p\n",
            )
        } else {
            ("X = X_train", "")
        };
        format!(
            "import statsmodels.api as sm\n\
             from statsmodels.stats.diagnostic import het_breuschpagan\n\
             from statsmodels.stats.outliers_influence import variance_inflation_factor\n\n\
             {design}\n\
             ols = sm.OLS(y_train, X).fit()\n\
             print(ols.summary(alpha={alpha}))\n\
             print(ols.get_robustcov_results(\"HC3\").bse)\n\
             {breusch_pagan}\
             print([variance_inflation_factor(X, j) for j in range(X.shape[1])])\n\
             print(ols.get_influence().summary_frame().nlargest({}, \"cooks_d\"))\n\
             print(ols.get_prediction(X[:5]).summary_frame(alpha={alpha}))\n",
            self.influential.len()
        )
    }

    fn header(&self) -> [String; 9] {
        let confidence = percent(self.confidence);
        ["", "Coefficient", "se", "t", "p", "low", "high", "se (HC3)", "VIF"].map(|name| match name {
            "low" => format!("{confidence} from"),
            "high" => "to".into(),
            name => name.to_owned(),
        })
    }

    fn statistics(&self) -> Vec<(&'static str, String)> {
        let (fit, tests) = (&self.fit, &self.tests);
        let with_p = |statistic: Option<f64>, p: Option<f64>| {
            statistic.zip(p).map(|(statistic, p)| format!("{} (p = {})", number(statistic), number(p)))
        };
        let test = |test: Option<super::TestResult>| with_p(test.map(|t| t.statistic), test.map(|t| t.p));
        let plain = |value: Option<f64>| value.map(number);
        let all = [
            ("Rows", Some(self.n_rows.to_string())),
            ("Degrees of freedom (model)", Some(self.df_model.to_string())),
            ("Degrees of freedom (residual)", Some(self.df_residual.to_string())),
            ("R²", plain(fit.r2)),
            ("Adjusted R²", plain(fit.adj_r2)),
            ("F", with_p(fit.f, fit.f_p)),
            ("Residual standard error", plain(fit.residual_sd)),
            ("Log-likelihood", plain(fit.log_likelihood)),
            ("AIC", plain(fit.aic)),
            ("BIC", plain(fit.bic)),
            ("Durbin–Watson", plain(tests.durbin_watson)),
            ("Jarque–Bera", test(tests.jarque_bera)),
            ("Skew", plain(tests.skew)),
            ("Kurtosis", plain(tests.kurtosis)),
            ("Omnibus", test(tests.omnibus)),
            ("Breusch–Pagan", test(tests.breusch_pagan)),
            ("Condition number", plain(self.condition_number)),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

fn cells(coefficient: &CoefficientReport, missing: &str) -> [String; 8] {
    let CoefficientReport { value, se, t, p, lo, hi, hc3, vif, .. } = coefficient;
    [Some(*value), *se, *t, *p, *lo, *hi, *hc3, *vif].map(|cell| cell.map_or_else(|| missing.to_owned(), number))
}

/// A column's name is text, never markup: all of Markdown's own characters get a backslash.
pub(super) fn escape_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => escaped.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '!' | '&' => {
                // Alone, < and & begin HTML only with what follows; a backslash stops both.
                escaped.push('\\');
                escaped.push(c);
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

/// The ten characters that mean something to LaTeX, and two that its old fonts lack.
pub(super) fn escape_latex(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => escaped.push(' '),
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '\\' => escaped.push_str("\\textbackslash{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            '<' => escaped.push_str("\\textless{}"),
            '>' => escaped.push_str("\\textgreater{}"),
            '²' => escaped.push_str("\\textsuperscript{2}"),
            '–' => escaped.push_str("--"),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// A minus is a minus, not a hyphen.
pub(super) fn latex_number(text: &str) -> String {
    if text == "--" { text.to_owned() } else { text.replace('-', "$-$") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_text() {
        assert_eq!(
            escape_latex("a_b & 5 % {x} \\ ~^ #$"),
            "a\\_b \\& 5 \\% \\{x\\} \\textbackslash{} \\textasciitilde{}\\textasciicircum{} \\#\\$"
        );
        assert_eq!(escape_markdown("a|b_<img>\n*c*"), "a\\|b\\_\\<img\\> \\*c\\*");
        assert_eq!(latex_number("-1.5"), "$-$1.5");
    }
}
