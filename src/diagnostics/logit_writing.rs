//! The report of a logistic regression as Markdown, as LaTeX (booktabs), and the Python that gives the same.

use super::words::{number, percent};
use super::writing::{escape_latex, escape_markdown, latex_number};
use super::{LogitCoefficient, LogitReport};

impl LogitReport {
    /// Headline, table of coefficients, statistics and sentences, in GitHub's Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = format!(
            "# Logistic regression of {}\n\n{}\n\n",
            escape_markdown(&self.target),
            escape_markdown(&self.headline())
        );
        text.push_str(&format!("| {} |\n| --- |{}\n", self.header().join(" | "), " --: |".repeat(COLUMNS)));
        for coefficient in &self.coefficients {
            let cells = cells(coefficient, "–").join(" | ");
            text.push_str(&format!("| {} | {cells} |\n", escape_markdown(&coefficient.name)));
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
        text.push_str(&format!("\\caption{{Logistic regression of {}}}\n", escape_latex(&self.target)));
        text.push_str(&format!(
            "\\begin{{tabular}}{{l{}}}\n\\toprule\n{} \\\\\n\\midrule\n",
            "r".repeat(COLUMNS),
            header.join(" & ")
        ));
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

    /// statsmodels code that prints the same numbers from `X_train` and `y_train`; `None` for penalised coefficients, which
    /// statsmodels' `Logit` does not give.
    #[must_use]
    pub fn python(&self) -> Option<String> {
        if self.c.is_some() {
            return None;
        }
        let alpha = number(((1.0 - self.confidence) * 1e9).round() / 1e9);
        let design = if self.fit_intercept { "sm.add_constant(X_train, has_constant=\"add\")" } else { "X_train" };
        Some(format!(
            "import numpy as np\n\
             import statsmodels.api as sm\n\n\
             X = {design}\n\
             logit = sm.Logit(y_train == {}, X).fit(tol=1e-12, maxiter=100)\n\
             print(logit.summary(alpha={alpha}))\n\
             print(np.exp(logit.params))  # odds ratios\n\
             print(np.exp(logit.conf_int(alpha={alpha})))\n\
             print(logit.prsquared, logit.llr, logit.llr_pvalue, logit.aic, logit.bic)\n",
            number(self.classes[1])
        ))
    }

    fn header(&self) -> [String; COLUMNS + 1] {
        let confidence = percent(self.confidence);
        ["", "Coefficient", "se", "z", "p", "low", "to", "Odds ratio", "low", "to"].map(|name| match name {
            "low" => format!("{confidence} from"),
            name => name.to_owned(),
        })
    }

    fn statistics(&self) -> Vec<(&'static str, String)> {
        let plain = |value: Option<f64>| value.map(number);
        let llr = self.llr.zip(self.llr_p).map(|(llr, p)| format!("{} (p = {})", number(llr), number(p)));
        let all = [
            ("Rows", Some(self.n_rows.to_string())),
            ("Rows of the second class", Some(self.n_second.to_string())),
            ("C", plain(self.c)),
            ("Degrees of freedom (model)", Some(self.df_model.to_string())),
            ("Degrees of freedom (residual)", Some(self.df_residual.to_string())),
            ("Pseudo R² (McFadden)", Some(number(self.pseudo_r2))),
            ("Log-likelihood", Some(number(self.log_likelihood))),
            ("Log-likelihood of a constant", Some(number(self.null_log_likelihood))),
            ("Likelihood ratio", llr),
            ("Deviance", Some(number(self.deviance))),
            ("AIC", plain(self.aic)),
            ("BIC", plain(self.bic)),
            ("Rounds", self.n_iter.map(|n| n.to_string())),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// Numbers of a coefficient.
const COLUMNS: usize = 9;

fn cells(coefficient: &LogitCoefficient, missing: &str) -> [String; COLUMNS] {
    let LogitCoefficient { value, se, z, p, lo, hi, odds_ratio, odds_lo, odds_hi, .. } = coefficient;
    [Some(*value), *se, *z, *p, *lo, *hi, *odds_ratio, *odds_lo, *odds_hi]
        .map(|cell| cell.map_or_else(|| missing.to_owned(), number))
}
